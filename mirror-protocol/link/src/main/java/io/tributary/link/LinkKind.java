package io.tributary.link;

/// What the operator says of the link: how long to wait at most before the next dial, and how much
/// may lie unsent in the kernel.
public enum LinkKind {
  /// A local or fast network: a short wait; the kernel chooses its buffers.
  LAN(2_000, 0),

  /// Metered or slow: a long wait, since each handshake costs bytes; a small send buffer, since an
  /// alarm waits behind whatever lies in it.
  METERED(30_000, 64 * 1024);

  private final long maxBackoffMs;
  private final int sendBufferBytes;

  LinkKind(long maxBackoffMs, int sendBufferBytes) {
    this.maxBackoffMs = maxBackoffMs;
    this.sendBufferBytes = sendBufferBytes;
  }

  /// The longest wait between two dials, before jitter.
  public long maxBackoffMs() {
    return maxBackoffMs;
  }

  /// The socket's send buffer; 0 leaves it to the kernel.
  public int sendBufferBytes() {
    return sendBufferBytes;
  }
}
