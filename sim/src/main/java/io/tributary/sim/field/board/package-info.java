/// `sim device gpio` and `sim device i2c`: pins and sensors on a board that an edge reaches by a socket.
@NullMarked
package io.tributary.sim.field.board;

import org.jspecify.annotations.NullMarked;
