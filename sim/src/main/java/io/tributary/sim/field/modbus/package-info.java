/// Devices that speak Modbus, written after its specifications alone, and trials of the adapter by them: nothing here knows the
/// adapter's classes, so that a misreading of the standard is not made twice.
@NullMarked
package io.tributary.sim.field.modbus;

import org.jspecify.annotations.NullMarked;
