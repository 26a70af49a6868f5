package io.tributary.adapter.serial.port;

import io.tributary.settings.Section;

/// Which port, and how its two ends have agreed to speak.
///
/// @param baud symbols a second
/// @param dataBits 5 to 8
/// @param isRs485 whether RTS turns the direction of a half-duplex line, where the driver can
public record PortSettings(
    PortAddress address,
    int baud,
    int dataBits,
    Parity parity,
    StopBits stopBits,
    FlowControl flowControl,
    boolean isRs485) {
  private static final int FASTEST = 12_000_000;

  /// The bit that is added to each character.
  public enum Parity {
    NONE,
    EVEN,
    ODD,
    MARK,
    SPACE
  }

  /// How long the line rests after each character, in bits.
  public enum StopBits {
    ONE,
    ONE_AND_A_HALF,
    TWO
  }

  /// How an end tells the other one to wait.
  public enum FlowControl {
    NONE,
    RTS_CTS,
    XON_XOFF
  }

  /// Reads the keys `port`, `baud`, `data-bits`, `parity`, `stop-bits`, `flow-control` and `rs485`.
  ///
  /// @param absentBaud for instruments of this kind
  /// @param absentParity likewise
  public static PortSettings read(Section section, int absentBaud, Parity absentParity) {
    return new PortSettings(
        address(section),
        section.integer("baud", absentBaud, 50, FASTEST),
        section.integer("data-bits", 8, 5, 8),
        section.oneOf("parity", Parity.class, absentParity),
        section.oneOf("stop-bits", StopBits.class, StopBits.ONE),
        section.oneOf("flow-control", FlowControl.class, FlowControl.NONE),
        section.bool("rs485", false));
  }

  private static PortAddress address(Section section) {
    String text = section.string("port");
    try {
      return switch (PortAddress.parse(text)) {
        case PortAddress.OfPath(String path) ->
            new PortAddress.OfPath(section.resolve("port", path));
        case PortAddress.OfUsb usb -> usb;
      };
    } catch (IllegalArgumentException e) {
      if (!text.isEmpty()) {
        section.refuse("port", "is '" + text + "' but must be " + PortAddress.ALLOWED);
      }
      return new PortAddress.OfPath("/dev/null");
    }
  }

  /// How long one character takes, with its start, parity and stop bits.
  public long characterNanos() {
    int bits = 1 + dataBits + (parity == Parity.NONE ? 0 : 1) + (stopBits == StopBits.ONE ? 1 : 2);
    return bits * 1_000_000_000L / baud;
  }
}
