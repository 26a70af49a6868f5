/// An edge with all its adapters that is killed again and again, and what a Kafka client reads at the hub of all that its sources said.
@NullMarked
package io.tributary.sim.field.kills;

import org.jspecify.annotations.NullMarked;
