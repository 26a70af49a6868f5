/// Fuzzing: one [io.tributary.sim.fuzz.FuzzTarget] for each decoder of bytes that others wrote, driven
/// by Jazzer's coverage in `.ci/fuzz` and by the kept corpus in every test run.
@NullMarked
package io.tributary.sim.fuzz;

import org.jspecify.annotations.NullMarked;
