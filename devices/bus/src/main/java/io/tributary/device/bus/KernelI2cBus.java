package io.tributary.device.bus;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.util.Locale;

/// A bus of the kernel's, by `/dev/i2c-*` (`linux/i2c-dev.h`). A bus that can only speak SMBus is spoken to in SMBus.
final class KernelI2cBus implements I2cBus {
  private static final long I2C_SLAVE = 0x0703;
  private static final long I2C_FUNCS = 0x0705;
  private static final long I2C_RDWR = 0x0707;
  private static final long I2C_SMBUS = 0x0720;

  private static final long FUNC_I2C = 1;
  private static final short MESSAGE_READ = 1;

  private static final byte SMBUS_READ = 1;
  private static final byte SMBUS_WRITE = 0;
  private static final int SMBUS_BYTE_DATA = 2;
  private static final int SMBUS_WORD_DATA = 3;
  private static final int SMBUS_I2C_BLOCK_DATA = 8;
  private static final int SMBUS_DATA_BYTES = BYTES_MOST + 2;

  private final String path;
  private final int file;
  private final boolean isPlain;
  private int selected = -1;

  KernelI2cBus(String path) throws IOException {
    this.path = path;
    this.file = Kernel.open(path);
    try (Memory functions = new Memory(Native.LONG_SIZE)) {
      Kernel.ioctl(file, I2C_FUNCS, functions, path + " is no I²C bus");
      this.isPlain = (functions.getNativeLong(0).longValue() & FUNC_I2C) != 0;
    } catch (IOException e) {
      Kernel.close(file);
      throw e;
    }
  }

  @Override
  public byte[] read(int chip, int register, int count) throws IOException {
    return isPlain ? readPlain(chip, register, count) : readSmbus(chip, register, count);
  }

  @Override
  public void write(int chip, int register, byte[] bytes) throws IOException {
    if (isPlain) {
      writePlain(chip, register, bytes);
    } else {
      writeSmbus(chip, register, bytes);
    }
  }

  /// Writes the register's number and reads after a repeated start: nobody else can come in between.
  private byte[] readPlain(int chip, int register, int count) throws IOException {
    try (Memory pointer = new Memory(1);
        Memory to = new Memory(count);
        Memory messages = new Memory(2L * messageBytes());
        Memory transfer = new Memory(2L * Native.POINTER_SIZE)) {
      pointer.setByte(0, (byte) register);
      message(messages, 0, chip, (short) 0, pointer);
      message(messages, 1, chip, MESSAGE_READ, to);
      transfer(transfer, messages, 2, chip);
      return to.getByteArray(0, count);
    }
  }

  private void writePlain(int chip, int register, byte[] bytes) throws IOException {
    try (Memory from = new Memory(1L + bytes.length);
        Memory messages = new Memory(messageBytes());
        Memory transfer = new Memory(2L * Native.POINTER_SIZE)) {
      from.setByte(0, (byte) register);
      from.write(1, bytes, 0, bytes.length);
      message(messages, 0, chip, (short) 0, from);
      transfer(transfer, messages, 1, chip);
    }
  }

  /// `struct i2c_msg`: address, flags and length of two bytes each, then, aligned, a pointer.
  private static void message(Memory messages, int index, int chip, short flags, Memory data) {
    long at = (long) index * messageBytes();
    messages.setShort(at, (short) chip);
    messages.setShort(at + 2, flags);
    messages.setShort(at + 4, (short) data.size());
    messages.setPointer(at + 8, data);
  }

  private static int messageBytes() {
    return Native.POINTER_SIZE == Long.BYTES ? 16 : 12;
  }

  private void transfer(Memory transfer, Memory messages, int count, int chip) throws IOException {
    transfer.setPointer(0, messages);
    transfer.setInt(Native.POINTER_SIZE, count);
    Kernel.ioctl(file, I2C_RDWR, transfer, chipName(chip));
  }

  private byte[] readSmbus(int chip, int register, int count) throws IOException {
    try (Memory data = new Memory(SMBUS_DATA_BYTES)) {
      data.clear();
      int size = smbusSize(count);
      boolean isBlock = size == SMBUS_I2C_BLOCK_DATA;
      data.setByte(0, (byte) (isBlock ? count : 0));
      smbus(chip, SMBUS_READ, register, size, data);
      if (size == SMBUS_WORD_DATA) {
        short word = data.getShort(0); // its low byte came first
        return new byte[] {(byte) word, (byte) (word >> 8)};
      }
      return data.getByteArray(isBlock ? 1 : 0, count);
    }
  }

  private void writeSmbus(int chip, int register, byte[] bytes) throws IOException {
    try (Memory data = new Memory(SMBUS_DATA_BYTES)) {
      data.clear();
      int size = smbusSize(bytes.length);
      switch (size) {
        case SMBUS_BYTE_DATA -> data.setByte(0, bytes[0]);
        case SMBUS_WORD_DATA ->
            data.setShort(0, (short) ((bytes[0] & 0xff) | ((bytes[1] & 0xff) << 8)));
        default -> {
          data.setByte(0, (byte) bytes.length);
          data.write(1, bytes, 0, bytes.length);
        }
      }
      smbus(chip, SMBUS_WRITE, register, size, data);
    }
  }

  private static int smbusSize(int count) {
    if (count < 1 || count > BYTES_MOST) {
      throw new IllegalArgumentException(
          count + " bytes; an SMBus transfer has 1 to " + BYTES_MOST);
    }
    return switch (count) {
      case 1 -> SMBUS_BYTE_DATA;
      case 2 -> SMBUS_WORD_DATA;
      default -> SMBUS_I2C_BLOCK_DATA;
    };
  }

  /// `struct i2c_smbus_ioctl_data`: direction, register, kind of transfer, pointer to the data.
  private void smbus(int chip, byte direction, int register, int size, Memory data)
      throws IOException {
    if (selected != chip) {
      selected = -1;
      Kernel.ioctl(file, I2C_SLAVE, chip, chipName(chip));
      selected = chip;
    }
    try (Memory arguments = new Memory(8L + Native.POINTER_SIZE)) {
      arguments.setByte(0, direction);
      arguments.setByte(1, (byte) register);
      arguments.setInt(4, size);
      arguments.setPointer(8, data);
      Kernel.ioctl(file, I2C_SMBUS, arguments, chipName(chip));
    }
  }

  private String chipName(int chip) {
    return "chip 0x%02x on %s".formatted(chip, path).toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    Kernel.close(file);
  }
}
