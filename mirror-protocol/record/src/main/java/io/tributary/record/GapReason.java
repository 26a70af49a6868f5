package io.tributary.record;

/// Why records are missing. The id is part of the format: never reuse or renumber one.
public enum GapReason {
  /// The edge's disk was full and its policy drops the oldest data that the hub does not have.
  DROP_OLDEST(1, "drop-oldest"),
  /// The edge's disk was full and its policy refuses new readings.
  DROP_NEWEST(2, "drop-newest"),
  /// The hub lost what it had acknowledged, and the edge no longer holds it.
  HUB_LOST(3, "hub-lost"),
  /// The edge's disk lost a tail that it had reported as forced.
  LOST_TAIL(4, "lost-tail"),
  /// The bytes failed their check and no other copy exists.
  CORRUPT(5, "corrupt"),
  /// Retention removed the data before it was read.
  RETENTION(6, "retention");

  private final byte id;
  private final String words;

  GapReason(int id, String words) {
    this.id = (byte) id;
    this.words = words;
  }

  public byte id() {
    return id;
  }

  /// The name in configuration, status and the topic `_gaps`.
  public String words() {
    return words;
  }

  public static GapReason byId(int id) throws BatchRefused {
    for (GapReason reason : values()) {
      if (reason.id == id) {
        return reason;
      }
    }
    throw new BatchRefused(BatchRefused.Reason.GAP, "no reason of a Gap has the id " + id);
  }

  @Override
  public String toString() {
    return words;
  }
}
