/// Errors planted into copies of our own code, which the simulated world must catch: the test of the tests.
@NullMarked
package io.tributary.sim.mutation;

import org.jspecify.annotations.NullMarked;
