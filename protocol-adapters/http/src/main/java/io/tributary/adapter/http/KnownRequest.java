package io.tributary.adapter.http;

/// A request that came with an idempotency key, and how far it has come. Event loop only.
final class KnownRequest {
  final String stateKey;
  final long digest;
  final long whenMs;

  /// Whose journal has its entry.
  String className;

  /// Elements before it are logged, or refused for good.
  int decided;

  Tally tally;

  /// Whether it is under way now.
  boolean isUnderWay;

  KnownRequest(String className, String stateKey, KeyState state) {
    this.className = className;
    this.stateKey = stateKey;
    this.digest = state.digest();
    this.whenMs = state.whenMs();
    this.decided = state.decided();
    this.tally = state.tally();
  }

  /// What the disk is to know.
  KeyState state(int nowDecided, Tally nowTally) {
    return new KeyState(digest, whenMs, nowDecided, nowTally.quota(), nowTally.tooLarge());
  }
}
