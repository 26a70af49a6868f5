package io.tributary.adapter.http;

import io.tributary.settings.Section;
import java.time.Duration;

/// The bounds that the configuration sets.
///
/// @param connections open at a time: without it, whoever connects again and again takes all descriptors of the process
/// @param bodyBytes of one request, as it comes and unpacked: without it, one client or a small packed body fills the heap
/// @param readings of one request: without it, a body of tiny elements becomes a hundred times as much memory
/// @param headerBytes of one request
/// @param waitingBytes of all requests under way together, bodies and readings: without it, many small ones fill the heap
/// @param requestTimeout for a request to come whole, and for a connection to begin one: without it, clients that send a byte
///     now and then take all connections
/// @param journalTimeout without any progress of a request in its journal: without it, a class that is blocked takes all
///     connections
record Limits(
    int connections,
    int bodyBytes,
    int readings,
    int headerBytes,
    long waitingBytes,
    Duration requestTimeout,
    Duration journalTimeout) {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

  /// A request's bytes as they came, unpacked, and as readings are held together.
  private static final int BODIES_LEAST = 4;

  static Limits read(Section section) {
    Limits limits =
        new Limits(
            section.integer("connections", 100, 1, 10_000),
            (int) section.sizeBytes("body-bytes", MIB, KIB, 16 * MIB),
            section.integer("readings", 10_000, 1, 100_000),
            (int) section.sizeBytes("header-bytes", 8 * KIB, KIB, 64 * KIB),
            section.sizeBytes("waiting-bytes", 16 * MIB, 64 * KIB, 1024L * MIB),
            section.duration("request-timeout", HALF_A_MINUTE, SECOND, Duration.ofHours(1)),
            section.duration("journal-timeout", HALF_A_MINUTE, SECOND, Duration.ofHours(1)));
    if (limits.waitingBytes < (long) BODIES_LEAST * limits.bodyBytes) {
      section.refuse(
          section.has("waiting-bytes") ? "waiting-bytes" : "body-bytes",
          "is wrong: 'waiting-bytes' must be at least %d times 'body-bytes', since a body is held as it came, unpacked and as readings"
              .formatted(BODIES_LEAST));
    }
    return limits;
  }
}
