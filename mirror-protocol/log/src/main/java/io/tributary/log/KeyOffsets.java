package io.tributary.log;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The latest offset of each key, for a bounded number of keys. Confined to one thread.
///
/// A key is known by the first 128 bits of its SHA-256: that two keys share them does not happen, and nobody can make it
/// happen. An open-addressed table in one array, three numbers a slot:
///
/// ```
/// hash, first 8 bytes | hash, next 8 bytes | offset + 1; 0: the slot is free
/// ```
final class KeyOffsets {
  /// No record of the key was put.
  static final long NONE = -1;

  private static final int SLOT = 3;
  private static final int HASH_BYTES = 32;
  private static final int SLOTS_LEAST = 16;

  private final long[] slots;
  private final int slotCount;
  private final int keysMost;
  private final MessageDigest digest;
  private final byte[] hash = new byte[HASH_BYTES];
  private final ByteBuffer hashView = ByteBuffer.wrap(hash);
  private int keys;

  /// @param keysMost for how many keys there must be room, if the bytes suffice
  /// @param bytesMost what the table takes at most
  KeyOffsets(long keysMost, int bytesMost) {
    long slotsMost = bytesMost / (SLOT * Long.BYTES);
    // A quarter of the slots stays free, so that a search is short.
    this.slotCount = (int) Math.max(SLOTS_LEAST, Math.min(slotsMost, (keysMost / 3 + 1) * 4));
    this.keysMost = slotCount / 4 * 3;
    this.slots = new long[slotCount * SLOT];
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// A record of a key lies at an offset, which is greater than those that were put for it before.
  ///
  /// @return false when there is no room for one more key
  boolean put(ByteBuffer key, long offset) {
    int slot = find(key);
    if (slots[slot + 2] == 0) {
      if (keys == keysMost) {
        return false;
      }
      keys++;
      slots[slot] = hashView.getLong(0);
      slots[slot + 1] = hashView.getLong(Long.BYTES);
    }
    slots[slot + 2] = offset + 1;
    return true;
  }

  /// The offset that was put last for a key, or {@link #NONE}.
  long latest(ByteBuffer key) {
    return slots[find(key) + 2] - 1;
  }

  int keys() {
    return keys;
  }

  /// The slot that a key has, or would get.
  private int find(ByteBuffer key) {
    digest.update(key.duplicate());
    try {
      digest.digest(hash, 0, HASH_BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("the array is as long as the digest", e);
    }
    long high = hashView.getLong(0);
    long low = hashView.getLong(Long.BYTES);
    int number = (int) Math.unsignedMultiplyHigh(high, slotCount);
    while (true) {
      int slot = number * SLOT;
      boolean isFree = slots[slot + 2] == 0;
      if (isFree || (slots[slot] == high && slots[slot + 1] == low)) {
        return slot;
      }
      number = number + 1 == slotCount ? 0 : number + 1;
    }
  }
}
