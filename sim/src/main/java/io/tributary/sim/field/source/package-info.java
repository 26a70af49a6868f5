/// Sources of the field as an edge's adapters take them in: each talks in numbers that are its own, and keeps the account of what has to
/// come of them. They know the adapters by their configuration alone.
@NullMarked
package io.tributary.sim.field.source;

import org.jspecify.annotations.NullMarked;
