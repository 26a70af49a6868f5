package io.tributary.adapter.serial.nmea;

/// What is wrong with something that was meant to be a sentence.
public enum SentenceFault {
  /// The checksum is not that of its characters.
  CHECKSUM,
  /// It has none: cut off, or of an instrument that sends none.
  UNCHECKED,
  /// It is no sentence: no address, or characters that none may have.
  MALFORMED
}
