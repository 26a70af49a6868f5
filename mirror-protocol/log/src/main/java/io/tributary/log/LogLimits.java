package io.tributary.log;

/// The bounds of a log, each with the failure that it prevents.
public final class LogLimits {
  /// The largest batch that is believed when a file is read: a flipped length must not fill the memory. Larger where
  /// the configuration allows larger batches.
  public static final int READ_BATCH_BYTES = 16 * 1024 * 1024;

  /// How much of a segment is read at once. Large enough that the calls cost nothing, small enough for the cache.
  static final int CHUNK_BYTES = 256 * 1024;

  /// The largest table of a segment's header (positions of streams, state); a flipped length must not fill the memory.
  static final int TABLE_BYTES = 64 * 1024 * 1024;

  /// The least distance between two entries of a journal's index of one stream.
  static final int JOURNAL_INDEX_INTERVAL_BYTES = 256 * 1024;

  /// The most index entries of one journal segment, over all its streams; more streams are found by scanning.
  static final int JOURNAL_INDEX_ENTRIES = 4096;

  /// How many of a journal's newest segments keep an index; an older one is scanned from its start.
  static final int JOURNAL_INDEXED_SEGMENTS = 4;

  /// The most streams of one journal: the header of each segment lists them all.
  public static final int JOURNAL_STREAMS = 16 * 1024;

  /// The most Gaps that a journal keeps for all its streams; when they are used up, `drop-newest` blocks instead.
  public static final int JOURNAL_GAPS = 16 * 1024;

  /// The longest name of a topic in UTF-8, as in Kafka.
  public static final int TOPIC_BYTES = 249;

  /// The largest key and the largest value of the state.
  public static final int STATE_KEY_BYTES = 4 * 1024;

  public static final int STATE_VALUE_BYTES = 1024 * 1024;

  /// What an entry of the state takes in memory beside its key and its value.
  static final int STATE_ENTRY_BYTES = 128;

  /// The most bytes of state, entries, keys and values: they are in memory, and every segment's header holds them all.
  public static final int STATE_BYTES = 24 * 1024 * 1024;

  /// The most bytes of state updates that belong together, with 32 B for each: one group commits them all.
  public static final int STATE_UPDATES_BYTES = 2 * 1024 * 1024;

  /// The most bytes of state changes, new streams, acks and Gaps that one group commits.
  static final int GROUP_HEADER_BYTES = 4 * 1024 * 1024;

  /// What the header of a group without changes takes, for a hundred streams; a quota counts with it.
  static final int GROUP_OVERHEAD_BYTES = 4 * 1024;

  /// The most births of streams that a group tells of for the group before; bounds what is added to its header.
  static final int BIRTHS_TOLD_TWICE = 1024;

  /// Batch builders that a journal keeps for reuse; more streams than this in one group build theirs anew.
  static final int POOLED_BUILDERS = 64;

  /// What is kept free so that Gaps and state can be written when the disk is full.
  static final int RESERVE_BYTES = 1024 * 1024;

  /// How often acknowledged offsets are written with a group: after a crash the hub tells them again.
  static final long ACKS_WRITTEN_EVERY_MS = 1_000;

  /// A segment holds at most this part of the retention time, so that data is kept hardly longer than asked.
  static final int SEGMENTS_PER_RETENTION = 8;

  /// A journal's segment is at most this part of its quota, so that acknowledged room comes back in steps.
  static final int SEGMENTS_PER_QUOTA = 4;

  /// The most findings that a scrub keeps of one pass: a disk that loses everything must not fill the memory.
  public static final int FINDINGS = 1024;

  /// The most places of streams with their digests that a scrub keeps; the oldest go first.
  public static final int CHECKPOINTS = 64 * 1024;

  /// The most bytes of batches that are kept until the rest of their damage comes, and the largest damage that is healed.
  public static final int HEALED_AT_ONCE_BYTES = 16 * 1024 * 1024;

  private LogLimits() {}
}
