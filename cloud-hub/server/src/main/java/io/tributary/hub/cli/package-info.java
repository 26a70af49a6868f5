/// The command line of a developer: `topic`, `produce`, `consume` and `group`.
///
/// It speaks Kafka's protocol as any client does, by a few small classes of its own ({@link
/// io.tributary.hub.cli.KafkaReader}, {@link io.tributary.hub.cli.Producer}, {@link io.tributary.hub.cli.GroupReader}) rather than by
/// kafka-clients: only so can it see what Kafka's consumer hides, the edge's own offset and the Gaps,
/// and it is up in a moment. It speaks old versions of the protocol that every broker of today still
/// knows, so a hub and a Kafka cluster are served alike.
///
/// Each command runs on one thread, and `produce` reads its input on another; a shutdown hook ends
/// `consume`. May import `record`, `settings` and picocli, and nothing of the hub.
@NullMarked
package io.tributary.hub.cli;

import org.jspecify.annotations.NullMarked;
