package io.tributary.device.bus;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;

/// A chip on a bus of the kernel's, by `/dev/spidev*` (`linux/spi/spidev.h`).
final class KernelSpiDevice implements SpiDevice {
  private static final long SPI_IOC_WR_MODE = 0x40016b01L;
  private static final long SPI_IOC_MESSAGE_1 = 0x40206b00L;
  private static final int TRANSFER_BYTES = 32;
  private static final byte BITS = 8;

  private final String path;
  private final int file;
  private final int hertz;

  KernelSpiDevice(String path, int hertz) throws IOException {
    this.path = path;
    this.hertz = hertz;
    this.file = Kernel.open(path);
    try (Memory mode = new Memory(1)) {
      mode.setByte(0, (byte) 0);
      Kernel.ioctl(file, SPI_IOC_WR_MODE, mode, path + " is no SPI device");
    } catch (IOException e) {
      Kernel.close(file);
      throw e;
    }
  }

  @Override
  public byte[] transfer(byte[] out) throws IOException {
    try (Memory both = new Memory(out.length);
        Memory transfer = new Memory(TRANSFER_BYTES)) {
      both.write(0, out, 0, out.length);
      transfer.clear();
      transfer.setLong(0, Pointer.nativeValue(both)); // sent from
      transfer.setLong(8, Pointer.nativeValue(both)); // received to
      transfer.setInt(16, out.length);
      transfer.setInt(20, hertz);
      transfer.setByte(26, BITS);
      Kernel.ioctl(file, SPI_IOC_MESSAGE_1, transfer, path);
      return both.getByteArray(0, out.length);
    }
  }

  @Override
  public void close() {
    Kernel.close(file);
  }
}
