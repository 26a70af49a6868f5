/// Pins: each change of an input becomes a reading with the kernel's time, and outputs are set by commands.
///
/// ```
///  kernel ──edges, numbered──▶ PinAgent ──▶ Feed ──▶ journal
///  local topic ──▶ Commands ──▶ PinAgent ──▶ kernel
/// ```
@NullMarked
package io.tributary.device.gpio;

import org.jspecify.annotations.NullMarked;
