/// The reader's command line: `topic list`, `topic delete` and `consume`.
///
/// It reads as any Kafka client does, by a small reader of its own ({@link
/// io.tributary.hub.cli.KafkaReader}) rather than by kafka-clients: only so can it see what Kafka's
/// consumer hides, the edge's own offset and the Gaps, and it is up in a moment. It speaks old
/// versions of the protocol that every broker of today still knows, so a hub and a Kafka cluster
/// are read alike.
///
/// Each command runs on one thread; a shutdown hook ends it. May import `record`, `settings` and
/// picocli, and nothing of the hub.
@NullMarked
package io.tributary.hub.cli;

import org.jspecify.annotations.NullMarked;
