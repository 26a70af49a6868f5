/// What was acknowledged against what is read. Shares no code with what it judges.
@NullMarked
package io.tributary.sim.oracle;

import org.jspecify.annotations.NullMarked;
