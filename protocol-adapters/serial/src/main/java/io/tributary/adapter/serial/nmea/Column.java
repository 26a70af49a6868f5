package io.tributary.adapter.serial.nmea;

/// Where a sentence has a value, and of what kind.
///
/// @param number of the field, counted from 1
/// @param name in the reading, with its unit last
record Column(int number, String name, Kind kind) {
  enum Kind {
    INTEGER,
    DECIMAL,
    TEXT,
    /// `ddmm.mmm` and, in the next field, N or S.
    LATITUDE,
    /// `dddmm.mmm` and, in the next field, E or W.
    LONGITUDE,
    /// A number, and in the next field E or W, which is negative.
    EAST
  }

  static Column integer(int number, String name) {
    return new Column(number, name, Kind.INTEGER);
  }

  static Column decimal(int number, String name) {
    return new Column(number, name, Kind.DECIMAL);
  }

  static Column text(int number, String name) {
    return new Column(number, name, Kind.TEXT);
  }

  static Column latitude(int number) {
    return new Column(number, "latitude", Kind.LATITUDE);
  }

  static Column longitude(int number) {
    return new Column(number, "longitude", Kind.LONGITUDE);
  }

  static Column east(int number, String name) {
    return new Column(number, name, Kind.EAST);
  }
}
