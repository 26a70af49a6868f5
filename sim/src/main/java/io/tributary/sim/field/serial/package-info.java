/// Instruments on serial lines: what they say, how it is damaged on the way, and trials against scripts in another language.
@NullMarked
package io.tributary.sim.field.serial;

import org.jspecify.annotations.NullMarked;
