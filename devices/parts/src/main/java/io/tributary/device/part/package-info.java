/// Sensors behind a bus: what their registers mean, as their makers' data sheets say. Knows no bus: a part sees its own registers.
///
/// A new one is a class beside {@link io.tributary.device.part.Bme280}, with its register picture, and a line in
/// {@link io.tributary.device.part.Parts}.
@NullMarked
package io.tributary.device.part;

import org.jspecify.annotations.NullMarked;
