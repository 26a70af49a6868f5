package io.tributary.adapter.serial.nmea;

/// A field that its sentence may not have, though the checksum is right: an instrument's own mistake.
public final class FieldRefused extends Exception {
  private static final long serialVersionUID = 1;

  FieldRefused(String text) {
    super(text);
  }
}
