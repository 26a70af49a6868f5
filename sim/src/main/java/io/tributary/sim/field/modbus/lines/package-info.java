/// Many devices on one serial line and behind many addresses, some of them dead, and the judgement whether the living keep their
/// intervals. The command's thread, and those of the stations. Nothing here knows the adapter's classes.
@NullMarked
package io.tributary.sim.field.modbus.lines;

import org.jspecify.annotations.NullMarked;
