/// A board with pins, I²C and SPI that an edge reaches as `simulated:PATH`. What is on it, and what happens to it, its owner says.
///
/// The lines of text that it speaks are written down at the other side, in the module `device-bus`.
@NullMarked
package io.tributary.device.simulated;

import org.jspecify.annotations.NullMarked;
