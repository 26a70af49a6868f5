package io.tributary.sim.fuzz;

/// Takes decisions out of a fuzzer's bytes, from the front; zeroes when they have ended.
public final class FuzzInput {
  private final byte[] bytes;
  private int at;

  public FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  public boolean hasMore() {
    return at < bytes.length;
  }

  /// From 0 to 255.
  public int u8() {
    return at < bytes.length ? bytes[at++] & 0xFF : 0;
  }

  public int u16() {
    return u8() << 8 | u8();
  }

  public int u24() {
    return u16() << 8 | u8();
  }

  /// As many bytes as are left, `most` at most.
  public byte[] take(int most) {
    int count = Math.min(most, bytes.length - at);
    byte[] taken = java.util.Arrays.copyOfRange(bytes, at, at + count);
    at += count;
    return taken;
  }

  public byte[] rest() {
    return take(bytes.length);
  }
}
