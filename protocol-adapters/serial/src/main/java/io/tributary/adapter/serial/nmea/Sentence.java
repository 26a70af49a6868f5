package io.tributary.adapter.serial.nmea;

import java.util.List;

/// One sentence whose checksum was right (NMEA 0183, section 5.3).
///
/// ```
///  $GPGGA,123519,4807.038,N*47
///  │└┬──┘ └────────┬──────┘└┬┘
///  │ address     fields    exclusive or of the characters between $ and *
///  └ ! where the fields hold an encapsulated payload
/// ```
///
/// @param text all of it
/// @param address talker and type, such as `GPGGA`, or a maker's own, such as `PUBX`
/// @param fields those behind the address
/// @param tag the block before it, such as `s:station,c:1577836800`; empty where there is none
public record Sentence(String text, String address, List<String> fields, String tag) {
  private static final int TYPE_CHARACTERS = 3;

  /// The type without the talker, such as `GGA`; the whole address of a maker's own.
  public String type() {
    return address.startsWith("P") || address.length() <= TYPE_CHARACTERS
        ? address
        : address.substring(address.length() - TYPE_CHARACTERS);
  }

  /// A field, counted from 1 as the standard does; empty where the sentence ends before.
  public String field(int number) {
    return number <= fields.size() ? fields.get(number - 1) : "";
  }
}
