package io.tributary.smartmodule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Records as they cross into guests and back: the ABI's `Vec<Record>` without its count, with an index over it. Immutable.
///
/// ```
/// body length varint │ attributes i8 │ timestamp delta varint │ offset delta varint
///   │ key: 0, or 1 and length varint and bytes │ value: length varint and bytes │ headers varint, 0
/// ```
///
/// As a Kafka record of format v2 but for the key and the headers. Varints are zigzag.
public final class GuestRecords {
  private static final int START = 0;
  private static final int TIMESTAMP_DELTA = 1;
  private static final int OFFSET_DELTA = 2;
  private static final int KEY_FROM = 3;
  private static final int KEY_TO = 4;
  private static final int VALUE_FROM = 5;
  private static final int VALUE_TO = 6;
  private static final int FIELDS = 7;

  private static final int NO_KEY = -1;

  /// A record of no key and no value.
  private static final int RECORD_BYTES_LEAST = 7;

  private final byte[] bytes;
  private final int end;
  private final int[] index;
  private final int first;
  private final int count;

  private GuestRecords(byte[] bytes, int end, int[] index, int first, int count) {
    this.bytes = bytes;
    this.end = end;
    this.index = index;
    this.first = first;
    this.count = count;
  }

  /// Reads a guest's records, trusting nothing. The bytes are not copied.
  ///
  /// @param count how many there are said to be
  /// @throws GuestFailed OUTPUT, when they are not there
  static GuestRecords parse(byte[] bytes, int from, int count) throws GuestFailed {
    if (count > (bytes.length - from) / RECORD_BYTES_LEAST) {
      throw new GuestFailed(
          GuestFailed.Reason.OUTPUT,
          "its output says " + count + " records and has " + (bytes.length - from) + " bytes");
    }
    int[] index = new int[count * FIELDS];
    Cursor cursor = new Cursor(bytes, from);
    for (int i = 0; i < count; i++) {
      cursor.record(index, i * FIELDS);
    }
    return new GuestRecords(bytes, cursor.at, index, 0, count);
  }

  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// How many bytes they take.
  public int sizeBytes() {
    return endOf(count - 1) - start();
  }

  /// What is added to the base timestamp, in milliseconds.
  public int timestampDelta(int i) {
    return field(i, TIMESTAMP_DELTA);
  }

  /// What is added to the base offset.
  public int offsetDelta(int i) {
    return field(i, OFFSET_DELTA);
  }

  /// A copy of the key, or null.
  public byte @Nullable [] key(int i) {
    return field(i, KEY_TO) == NO_KEY
        ? null
        : Arrays.copyOfRange(bytes, field(i, KEY_FROM), field(i, KEY_TO));
  }

  /// A copy of the value.
  public byte[] value(int i) {
    return Arrays.copyOfRange(bytes, field(i, VALUE_FROM), field(i, VALUE_TO));
  }

  /// Where a record of an offset delta is; negative when there is none. They ascend.
  int find(int offsetDelta) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = offsetDelta(middle);
      if (found == offsetDelta) {
        return middle;
      }
      if (found < offsetDelta) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /// Some of them, from `from` to before `to`. Nothing is copied.
  GuestRecords slice(int from, int to) {
    return new GuestRecords(bytes, end, index, first + from, to - from);
  }

  /// Whether each offset delta is greater than the one before it.
  boolean ascends() {
    for (int i = 1; i < count; i++) {
      if (offsetDelta(i) <= offsetDelta(i - 1)) {
        return false;
      }
    }
    return true;
  }

  /// Where the encoding of all of them begins in {@link #array}.
  int start() {
    return count == 0 ? 0 : field(0, START);
  }

  byte[] array() {
    return bytes;
  }

  /// Behind the last record, in {@link #array}.
  int end() {
    return count == 0 ? 0 : endOf(count - 1);
  }

  private int endOf(int i) {
    if (i < 0) {
      return start();
    }
    int next = (first + i + 1) * FIELDS;
    return next < index.length ? index[next + START] : end;
  }

  private int field(int i, int field) {
    return index[(first + i) * FIELDS + field];
  }

  /// Reads records one after the other.
  private static final class Cursor {
    private final byte[] bytes;
    private int at;
    private int limit;

    private Cursor(byte[] bytes, int from) {
      this.bytes = bytes;
      this.at = from;
      this.limit = bytes.length;
    }

    private void record(int[] index, int entry) throws GuestFailed {
      limit = bytes.length;
      index[entry + START] = at;
      int body = varint();
      if (body < 0 || body > limit - at) {
        throw wrong("a record of " + body + " bytes, where " + (limit - at) + " are left");
      }
      limit = at + body;
      skip(1);
      index[entry + TIMESTAMP_DELTA] = varint();
      index[entry + OFFSET_DELTA] = varint();
      index[entry + KEY_TO] = NO_KEY;
      if (flag()) {
        int length = length("key");
        index[entry + KEY_FROM] = at;
        skip(length);
        index[entry + KEY_TO] = at;
      }
      int length = length("value");
      index[entry + VALUE_FROM] = at;
      skip(length);
      index[entry + VALUE_TO] = at;
      if (varint() != 0) {
        throw wrong("a record with headers");
      }
      if (at != limit) {
        throw wrong((limit - at) + " bytes too many in a record");
      }
    }

    private boolean flag() throws GuestFailed {
      skip(1);
      byte flag = bytes[at - 1];
      if (flag != 0 && flag != 1) {
        throw wrong("the flag of a key is " + flag);
      }
      return flag == 1;
    }

    private int length(String of) throws GuestFailed {
      int length = varint();
      if (length < 0 || length > limit - at) {
        throw wrong("a " + of + " of " + length + " bytes, where " + (limit - at) + " are left");
      }
      return length;
    }

    private void skip(int length) throws GuestFailed {
      if (length > limit - at) {
        throw wrong("a record that is cut short");
      }
      at += length;
    }

    private int varint() throws GuestFailed {
      int raw = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        skip(1);
        byte next = bytes[at - 1];
        raw |= (next & 0x7F) << shift;
        if (next >= 0) {
          return (raw >>> 1) ^ -(raw & 1);
        }
      }
      throw wrong("a number of more than 32 bits");
    }

    private GuestFailed wrong(String what) {
      return new GuestFailed(
          GuestFailed.Reason.OUTPUT, "its output has " + what + ", at byte " + at);
    }
  }

  /// Gathers records.
  public static final class Builder {
    private static final int VARINT_BYTES_MOST = 5;

    private byte[] bytes = new byte[1 << 10];
    private int[] index = new int[16 * FIELDS];
    private int end;
    private int count;

    /// @param offsetDelta greater than the one before
    /// @param value null counts as empty: the ABI knows no record without a value
    public Builder add(
        int timestampDelta, int offsetDelta, byte @Nullable [] key, byte @Nullable [] value) {
      int keyBytes = key == null ? 0 : key.length;
      int valueBytes = value == null ? 0 : value.length;
      int body =
          1
              + size(timestampDelta)
              + size(offsetDelta)
              + 1
              + (key == null ? 0 : size(keyBytes) + keyBytes)
              + size(valueBytes)
              + valueBytes
              + 1;
      makeRoom(VARINT_BYTES_MOST + body);
      int entry = count * FIELDS;
      index[entry + START] = end;
      index[entry + TIMESTAMP_DELTA] = timestampDelta;
      index[entry + OFFSET_DELTA] = offsetDelta;
      putVarint(body);
      bytes[end++] = 0;
      putVarint(timestampDelta);
      putVarint(offsetDelta);
      bytes[end++] = (byte) (key == null ? 0 : 1);
      index[entry + KEY_TO] = NO_KEY;
      if (key != null) {
        putVarint(keyBytes);
        index[entry + KEY_FROM] = end;
        put(key);
        index[entry + KEY_TO] = end;
      }
      putVarint(valueBytes);
      index[entry + VALUE_FROM] = end;
      if (value != null) {
        put(value);
      }
      index[entry + VALUE_TO] = end;
      putVarint(0);
      count++;
      return this;
    }

    public int count() {
      return count;
    }

    /// The records so far; the builder is not used again.
    public GuestRecords build() {
      return new GuestRecords(bytes, end, Arrays.copyOf(index, count * FIELDS), 0, count);
    }

    private void makeRoom(int more) {
      if (bytes.length - end < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
      }
      if (index.length < (count + 1) * FIELDS) {
        index = Arrays.copyOf(index, index.length * 2);
      }
    }

    private void put(byte[] what) {
      System.arraycopy(what, 0, bytes, end, what.length);
      end += what.length;
    }

    private void putVarint(int value) {
      int rest = (value << 1) ^ (value >> 31);
      while ((rest & ~0x7F) != 0) {
        bytes[end++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[end++] = (byte) rest;
    }

    private static int size(int value) {
      int zigzag = (value << 1) ^ (value >> 31);
      return (38 - Integer.numberOfLeadingZeros(zigzag | 1)) / 7;
    }
  }
}
