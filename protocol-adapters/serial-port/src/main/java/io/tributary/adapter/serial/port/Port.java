package io.tributary.adapter.serial.port;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An open serial port, for this program alone. Confined to one thread.
///
/// On Linux a blocking read waits in steps of 100 ms. Who waits for less is served by looking once a millisecond, which costs
/// a processor some: so wait long where nothing is expected soon.
public final class Port implements AutoCloseable {
  private static final int STEP_MILLIS = 100;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /// A port that is gone may answer each read at once with nothing.
  private static final long TOO_SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS / 2);

  private final PortAddress address;
  private final SerialPort port;
  private boolean isBlocking;

  private Port(PortAddress address, SerialPort port) {
    this.address = address;
    this.port = port;
  }

  /// Opens a port.
  ///
  /// @throws IOException when it is not there, is not a serial port, may not be used, or another program has it; with what to do
  public static Port open(PortSettings settings) throws IOException {
    PortLibrary.load();
    SerialPort port = find(settings.address());
    port.setComPortParameters(
        settings.baud(),
        settings.dataBits(),
        switch (settings.stopBits()) {
          case ONE -> SerialPort.ONE_STOP_BIT;
          case ONE_AND_A_HALF -> SerialPort.ONE_POINT_FIVE_STOP_BITS;
          case TWO -> SerialPort.TWO_STOP_BITS;
        },
        switch (settings.parity()) {
          case NONE -> SerialPort.NO_PARITY;
          case EVEN -> SerialPort.EVEN_PARITY;
          case ODD -> SerialPort.ODD_PARITY;
          case MARK -> SerialPort.MARK_PARITY;
          case SPACE -> SerialPort.SPACE_PARITY;
        },
        settings.isRs485());
    port.setFlowControl(
        switch (settings.flowControl()) {
          case NONE -> SerialPort.FLOW_CONTROL_DISABLED;
          case RTS_CTS -> SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED;
          case XON_XOFF ->
              SerialPort.FLOW_CONTROL_XONXOFF_IN_ENABLED
                  | SerialPort.FLOW_CONTROL_XONXOFF_OUT_ENABLED;
        });
    port.setComPortTimeouts(SerialPort.TIMEOUT_NONBLOCKING, 0, 0);
    if (!port.openPort(0)) {
      throw new IOException(whyNot(settings, port));
    }
    return new Port(settings.address(), port);
  }

  private static SerialPort find(PortAddress address) throws IOException {
    return switch (address) {
      case PortAddress.OfPath(String path) -> {
        if (!Files.exists(Path.of(path))) {
          throw new IOException("the port " + path + " is not there: is it plugged in?");
        }
        try {
          yield SerialPort.getCommPort(path);
        } catch (SerialPortInvalidPortException e) {
          throw new IOException("the port " + path + " is none: " + e.getMessage(), e);
        }
      }
      case PortAddress.OfUsb usb -> {
        for (SerialPort each : SerialPort.getCommPorts()) {
          if (isOne(each, usb)) {
            yield each;
          }
        }
        throw new IOException("no serial port is " + usb + ": is it plugged in?");
      }
    };
  }

  private static boolean isOne(SerialPort port, PortAddress.OfUsb usb) {
    return port.getVendorID() == usb.vendor()
        && port.getProductID() == usb.product()
        && (usb.serial() == null || usb.serial().equals(port.getSerialNumber()));
  }

  private static String whyNot(PortSettings settings, SerialPort port) {
    int code = port.getLastErrorCode();
    String path = port.getSystemPortPath();
    String what = "the port " + settings.address() + " cannot be opened: ";
    return what
        + switch (code) {
          case 2,
              6,
              19 -> // ENOENT, ENXIO, ENODEV; the first is the library's own word for a port that it
              // has open
              Files.exists(Path.of(path)) ? "another adapter of this edge has it" : "it is gone";
          case 1, 13 -> "it may not be used; add the edge's user to the group that owns " + path;
          case 11, 16 -> "another program has it"; // EAGAIN from flock, EBUSY
          case 22, 25 ->
              "it is no serial port, or does not know "
                  + settings.baud()
                  + " baud or this form of characters";
          default -> "error " + code;
        };
  }

  /// Waits for bytes.
  ///
  /// @param waitNanos how long at most, when there are none
  /// @return how many were put at the beginning of the buffer; 0 when none came in time
  /// @throws IOException when the port is gone
  public int read(byte[] buffer, long waitNanos) throws IOException {
    boolean isLong = waitNanos >= TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS);
    setBlocking(isLong);
    long begunNanos = System.nanoTime();
    long pastNanos = 0;
    while (true) {
      int count = port.readBytes(buffer, buffer.length);
      if (count > 0) {
        return count;
      }
      pastNanos = System.nanoTime() - begunNanos;
      if (count < 0 || !isThere(isLong && pastNanos < TOO_SOON_NANOS)) {
        throw new IOException("the port " + address + " is gone");
      }
      if (isLong || pastNanos >= waitNanos) {
        return 0;
      }
      LockSupport.parkNanos(Math.min(LOOK_NANOS, waitNanos - pastNanos));
    }
  }

  private boolean isThere(boolean isInDoubt) {
    return !isInDoubt
        || (port.bytesAvailable() >= 0 && Files.exists(Path.of(port.getSystemPortPath())));
  }

  private void setBlocking(boolean blocking) {
    if (blocking != isBlocking) {
      isBlocking = blocking;
      port.setComPortTimeouts(
          blocking ? SerialPort.TIMEOUT_READ_SEMI_BLOCKING : SerialPort.TIMEOUT_NONBLOCKING,
          STEP_MILLIS,
          0);
    }
  }

  /// Sends all bytes.
  ///
  /// @throws IOException when the port is gone, or its driver takes no more
  public void write(byte[] bytes) throws IOException {
    int written = port.writeBytes(bytes, bytes.length);
    if (written != bytes.length) {
      throw new IOException(
          "the port %s took %d of %d bytes: it is gone, or flow control holds it"
              .formatted(address, Math.max(written, 0), bytes.length));
    }
  }

  /// Forgets what came and was not read.
  public void clear() {
    port.flushIOBuffers();
  }

  @Override
  public void close() {
    port.closePort();
  }

  /// The path that was found. Null where the system does not tell.
  public @Nullable String path() {
    return port.getSystemPortPath();
  }
}
