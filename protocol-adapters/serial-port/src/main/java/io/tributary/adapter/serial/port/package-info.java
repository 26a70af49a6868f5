/// A serial port by path, name or USB id, for the adapters that speak over one.
///
/// ```
///  PortSettings ── Port.open ──▶ Port: read, write, close       IOException: it is gone, open it anew after a while
/// ```
///
/// A port belongs to the thread that opened it. Imports settings and jSerialComm, which nothing else knows.
@NullMarked
package io.tributary.adapter.serial.port;

import org.jspecify.annotations.NullMarked;
