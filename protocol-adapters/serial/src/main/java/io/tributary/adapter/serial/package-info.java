/// Instruments on serial lines: the adapter type `serial`.
///
/// ```
///  Port ─bytes─▶ Framer ─Frame─▶ Decoder ─Measurement─▶ Feed ─▶ journal
///                delimiter,      lines, raw,
///                length, gap,    NMEA 0183,
///                start and stop  DSMR P1
/// ```
///
/// Framers and decoders are pure and take the time as an argument. One agent, {@link io.tributary.adapter.serial.Listener}, has the port
/// and all the rest; a journal's thread touches counters and its wake-up.
///
/// Imports the adapter API, measurement, serial-port, settings, agent.
@NullMarked
package io.tributary.adapter.serial;

import org.jspecify.annotations.NullMarked;
