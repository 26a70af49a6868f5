package io.tributary.session.frame;

/// Why a session or a stream is refused. The id is part of the format: never reuse or renumber one.
public enum RefusalCode {
  /// A code that this version does not know; the text says more.
  UNKNOWN(0),
  /// No version of the protocol that both speak.
  VERSION(1),
  /// Bytes that are no frame.
  MALFORMED(2),
  /// A frame that has no place here, or that contradicts an earlier one.
  PROTOCOL(3),
  /// More than was allowed: credit, streams, the size of a batch.
  LIMIT(4),
  /// The edge id is not the one that the link proved.
  IDENTITY(5),
  /// This hub does not take this edge.
  FORBIDDEN(6),
  /// Another living agent uses this edge's identity.
  CLONE(7),
  /// The hub cannot take another session now.
  BUSY(8),
  /// What the frame asks for is not built: the downlink.
  UNSUPPORTED(16),
  /// The hub does not have this topic and does not make it, or the topic is not for mirrors.
  TOPIC(17),
  /// The hub's room for this edge or topic is used up.
  QUOTA(18),
  /// Edge and hub hold different records under the same offsets.
  FORK(19),
  /// Records are missing in between and no Gap declares them.
  HOLE(20),
  /// A batch that may not be believed.
  BATCH(21),
  /// The hub's store failed to keep it.
  STORE(22),
  /// The stream belongs to another edge.
  FOREIGN_STREAM(23);

  private final short id;

  RefusalCode(int id) {
    this.id = (short) id;
  }

  public short id() {
    return id;
  }

  static RefusalCode byId(int id) {
    for (RefusalCode code : values()) {
      if (code.id == id) {
        return code;
      }
    }
    return UNKNOWN;
  }
}
