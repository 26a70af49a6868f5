/// Kafka's own verifiable clients, each in a process of its own, against a hub or a group whose members are killed; and who
/// judges what they say.
@NullMarked
package io.tributary.sim.clients;

import org.jspecify.annotations.NullMarked;
