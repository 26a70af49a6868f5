package io.tributary.adapter.file;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The first 16 bytes of SHA-256, over bytes by which a file is known again. Confined to one thread.
final class Digest {
  static final int BYTES = 16;

  /// How many bytes of a file's beginning, and before a position, must agree.
  static final int WITNESS_BYTES = 256;

  private final MessageDigest sha;

  Digest() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  byte[] of(byte[] bytes, int from, int to) {
    sha.update(bytes, from, to - from);
    return Arrays.copyOf(sha.digest(), BYTES);
  }
}
