/// The rules of the house, judged from its compiled classes and its poms: which module may know which, and what may not enter
/// the rooms that do no I/O.
@NullMarked
package io.tributary.sim.house;

import org.jspecify.annotations.NullMarked;
