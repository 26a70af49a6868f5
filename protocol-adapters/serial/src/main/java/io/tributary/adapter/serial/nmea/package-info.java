/// NMEA 0183 as instruments of ships and receivers of satellites speak it, and AIS within it (ITU-R M.1371). Pure: text in, values
/// out.
///
/// ```
///  line ── Sentences ──▶ Sentence ── Layouts ──▶ position, speed, satellites, wind, depth ...
///           checksum        │
///                           └── VDM, VDO ── Fragments ──▶ six-bit payload ── AisMessage ──▶ ships
/// ```
@NullMarked
package io.tributary.adapter.serial.nmea;

import org.jspecify.annotations.NullMarked;
