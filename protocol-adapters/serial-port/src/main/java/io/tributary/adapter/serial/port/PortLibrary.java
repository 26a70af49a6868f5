package io.tributary.adapter.serial.port;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.util.UUID;

/// The native half of jSerialComm. By itself it would unpack it to a name below the temporary directory that everybody knows, and load
/// whatever lies there already: another user's library, or one that a second agent is just replacing. So each process has a
/// name of its own, which nobody can guess.
final class PortLibrary {
  private static final String DIRECTORY = "fazecast.jSerialComm.appid";

  private PortLibrary() {}

  /// Loads it once.
  ///
  /// @throws IOException when there is none for this machine
  static synchronized void load() throws IOException {
    if (System.getProperty(DIRECTORY) == null) {
      System.setProperty(DIRECTORY, UUID.randomUUID().toString());
    }
    try {
      SerialPort.autoCleanupAtShutdown();
    } catch (LinkageError e) {
      throw new IOException(
          "serial ports need a native library, and there is none for this machine: "
              + e.getMessage(),
          e);
    }
  }
}
