package io.tributary.device.bus;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;

/// The calls of the C library that a device file is driven by.
final class Kernel {
  private static final int READ_WRITE = 2;
  private static final int CLOSE_ON_EXEC = 0x80000;

  private static final int NO_SUCH_FILE = 2;
  private static final int INTERRUPTED = 4;
  private static final int NO_SUCH_ADDRESS = 6;
  private static final int NO_PERMISSION = 13;
  private static final int BUSY = 16;
  private static final int REMOTE_IO = 121;

  private static final short POLL_IN = 1;
  private static final int POLL_BYTES = 8;

  private Kernel() {}

  /// The functions themselves; loaded when the first device is opened.
  private static final class C {
    static {
      Native.register(C.class, "c");
    }

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int file) throws LastErrorException;

    static native int ioctl(int file, NativeLong request, Pointer argument)
        throws LastErrorException;

    static native NativeLong read(int file, Pointer to, NativeLong count) throws LastErrorException;

    static native int poll(Pointer files, NativeLong count, int timeoutMs)
        throws LastErrorException;
  }

  static int open(String path) throws IOException {
    try {
      return C.open(path, READ_WRITE | CLOSE_ON_EXEC);
    } catch (LastErrorException e) {
      throw new IOException(
          path
              + switch (e.getErrorCode()) {
                case NO_SUCH_FILE ->
                    " is not there; is it switched on in the board's configuration?";
                case NO_PERMISSION ->
                    " may not be opened; the edge's user must be in the group of that file";
                default -> ": " + e.getMessage();
              },
          e);
    } catch (LinkageError e) { // at the second try another one than at the first
      throw new IOException(
          path + " cannot be opened on this kind of machine: " + e.getMessage(), e);
    }
  }

  /// @param what is done, for the error's message
  static void ioctl(int file, long request, Pointer argument, String what) throws IOException {
    try {
      var unused = C.ioctl(file, new NativeLong(request, true), argument);
    } catch (LastErrorException e) {
      throw new IOException(
          what
              + switch (e.getErrorCode()) {
                case NO_SUCH_ADDRESS, REMOTE_IO -> ": nobody answers";
                case BUSY -> ": in use by somebody else";
                default -> ": " + e.getMessage();
              },
          e);
    }
  }

  /// An `ioctl` whose argument is a number.
  static void ioctl(int file, long request, long argument, String what) throws IOException {
    ioctl(file, request, new Pointer(argument), what);
  }

  /// Waits until there is something to read.
  ///
  /// @return whether there is
  static boolean awaitInput(int file, int timeoutMs) throws IOException {
    try (Memory poll = new Memory(POLL_BYTES)) {
      poll.setInt(0, file);
      poll.setShort(4, POLL_IN);
      poll.setShort(6, (short) 0);
      return C.poll(poll, new NativeLong(1), timeoutMs) > 0;
    } catch (LastErrorException e) {
      if (e.getErrorCode() == INTERRUPTED) {
        return false;
      }
      throw new IOException("poll: " + e.getMessage(), e);
    }
  }

  static int read(int file, Memory to) throws IOException {
    try {
      return C.read(file, to, new NativeLong(to.size())).intValue();
    } catch (LastErrorException e) {
      throw new IOException("read: " + e.getMessage(), e);
    }
  }

  static void close(int file) {
    try {
      var unused = C.close(file);
    } catch (LastErrorException e) {
      // It is closed all the same.
    }
  }
}
