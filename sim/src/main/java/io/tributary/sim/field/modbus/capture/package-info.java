/// A capture of Modbus/TCP replayed to an edge: the file, its TCP streams put together, what was asked and answered in them, and the
/// trial that has an edge ask the same again. One thread, but for the station's, which takes the answers from a `CapturedServer`.
/// Nothing here knows the adapter's classes, and the script that judges shares no code with it.
@NullMarked
package io.tributary.sim.field.modbus.capture;

import org.jspecify.annotations.NullMarked;
