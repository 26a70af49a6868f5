package io.tributary.record;

import io.tributary.record.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks over the records of a batch in place, or over their decompressed bytes. Reusable, confined to one thread.
///
/// ```
/// length  varint     bytes behind this field
/// attributes  int8   unused
/// timestampDelta  varlong, offsetDelta  varint
/// keyLength  varint  (-1: null), key
/// valueLength  varint (-1: null), value
/// headerCount  varint, and each: keyLength varint, key, valueLength varint (-1: null), value
/// ```
///
/// Every record is checked to its last byte before the accessors show it: it must end where its length says, its
/// offset must lie behind the one before and not behind the batch's last. After the last record no byte may be left.
public final class RecordCursor {
  private final Limits limits;
  private final Decompressor decompressor = new Decompressor();

  /// An array and no buffer: every record of a catch-up passes here, and the JVM compiles array accesses into a fraction
  /// of the code. All positions are indices into it.
  private byte[] bytes = new byte[0];

  private int position;
  private int end;
  private int recordsLeft;
  private long baseOffset;
  private long baseTimestampMs;
  private int lastOffsetDelta;
  private boolean isAppendTime;
  private long appendTimeMs;

  private int offsetDelta;
  private long timestampMs;

  /// Where what follows the deltas begins: key, value and headers.
  private int bodyPosition;

  private int keyPosition;
  private int keyBytes;
  private int valuePosition;
  private int valueBytes;

  /// The headers with their count: where they begin, and their size; -1 before the first record.
  private int headersStart;

  private int headersBytes;

  private int headerCount;

  /// Behind their count.
  private int headersPosition;

  /// What {@link #hasHeader} was asked last about these headers, and said.
  private byte @Nullable [] askedKey;

  private byte @Nullable [] askedValue;
  private boolean answer;

  /// The position of the walk over headers that were checked already.
  private int headerAt;

  public RecordCursor(Limits limits) {
    this.limits = limits;
  }

  /// Stands before the first record of a batch that passed {@link BatchView#check}.
  ///
  /// @throws BatchRefused when the records cannot be decompressed, or not within the limits
  public RecordCursor wrap(BatchView batch) throws BatchRefused {
    recordsLeft = 0;
    position = 0;
    end = 0;
    int codec = batch.compressionId();
    int start = batch.position() + BatchView.HEADER_BYTES;
    int size = batch.sizeBytes() - BatchView.HEADER_BYTES;
    if (codec != BuiltInCompression.NONE.id()) {
      ByteBuffer compressed = batch.buffer().slice(start, size);
      end = decompressor.decompress(compressed, Compression.byId(codec), limits);
      bytes = decompressor.bytes();
    } else if (batch.buffer().hasArray()) {
      bytes = batch.buffer().array();
      position = batch.buffer().arrayOffset() + start;
      end = position + size;
    } else {
      bytes = new byte[size];
      batch.buffer().get(start, bytes);
      end = size;
    }
    recordsLeft = batch.count();
    baseOffset = batch.baseOffset();
    baseTimestampMs = batch.baseTimestampMs();
    lastOffsetDelta = batch.lastOffsetDelta();
    isAppendTime = batch.isAppendTime();
    appendTimeMs = batch.maxTimestampMs();
    offsetDelta = -1;
    headersBytes = -1;
    return this;
  }

  /// Moves to the next record and checks it.
  ///
  /// @return false behind the last record
  public boolean next() throws BatchRefused {
    if (recordsLeft == 0) {
      if (position != end) {
        throw new BatchRefused(Reason.COUNT, (end - position) + " B behind the last record");
      }
      return false;
    }
    recordsLeft--;
    int length = readInt(end);
    if (length < 0 || length > end - position) {
      throw refused("length is " + length + ", left are " + (end - position) + " B");
    }
    int recordEnd = position + length;
    if (length == 0) {
      throw refused("nothing in it");
    }
    position++; // attributes: unused, as in Kafka
    timestampMs = baseTimestampMs + readLong(recordEnd);
    if (isAppendTime) {
      timestampMs = appendTimeMs;
    }
    int delta = readInt(recordEnd);
    if (delta <= offsetDelta || delta > lastOffsetDelta) {
      throw new BatchRefused(
          Reason.OFFSETS,
          "offset delta " + delta + " behind " + offsetDelta + ", the last is " + lastOffsetDelta);
    }
    offsetDelta = delta;
    bodyPosition = position;
    keyBytes = readLength("key", recordEnd);
    keyPosition = position;
    position += Math.max(keyBytes, 0);
    valueBytes = readLength("value", recordEnd);
    valuePosition = position;
    position += Math.max(valueBytes, 0);
    if (!repeatHeaders(recordEnd)) {
      readHeaders(recordEnd);
    }
    if (position - keyPosition > limits.recordBytes()) {
      checkContent();
    }
    return true;
  }

  public long offset() {
    return baseOffset + offsetDelta;
  }

  public long timestampMs() {
    return timestampMs;
  }

  /// The key in place, valid as long as the batch's bytes, or until the next {@link #wrap} if they were compressed. (What
  /// has no array that can be reached, as a direct buffer, is copied by {@link #wrap}.)
  public @Nullable ByteBuffer key() {
    return keyBytes < 0 ? null : slice(keyPosition, keyBytes);
  }

  /// The value in place, valid as {@link #key} is.
  public @Nullable ByteBuffer value() {
    return valueBytes < 0 ? null : slice(valuePosition, valueBytes);
  }

  /// The size of the key, or -1 when it is null.
  public int keyBytes() {
    return keyBytes;
  }

  /// The size of the value, or -1 when it is null.
  public int valueBytes() {
    return valueBytes;
  }

  /// The size of key, value and headers as they are encoded.
  int bodyBytes() {
    return position - bodyPosition;
  }

  /// Copies key, value and headers as they are encoded.
  void copyBody(byte[] into, int at) {
    System.arraycopy(bytes, bodyPosition, into, at, bodyBytes());
  }

  public int headerCount() {
    return headerCount;
  }

  /// Whether exactly one header has this key (in UTF-8) and it has this value. Two headers of one key never match, so
  /// that nobody slips a second origin past the check. Allocates nothing.
  // The same arrays again: to compare their content would cost what it saves.
  @SuppressWarnings("ReferenceEquality")
  public boolean hasHeader(byte[] key, byte[] value) {
    if (key != askedKey || value != askedValue) {
      answer = findHeader(key, value);
      askedKey = key;
      askedValue = value;
    }
    return answer;
  }

  private boolean findHeader(byte[] key, byte[] value) {
    boolean found = false;
    headerAt = headersPosition;
    for (int i = 0; i < headerCount; i++) {
      boolean isKey = skipField(key);
      boolean isValue = skipField(value);
      if (isKey) {
        if (found || !isValue) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  /// The value in place of the last header with this key (in UTF-8), as Kafka's clients choose; null when there is
  /// none or its value is null.
  public @Nullable ByteBuffer header(byte[] key) {
    ByteBuffer found = null;
    headerAt = headersPosition;
    for (int i = 0; i < headerCount; i++) {
      boolean isKey = skipField(key);
      int length = skipLength();
      if (isKey) {
        found = length < 0 ? null : slice(headerAt, length);
      }
      headerAt += Math.max(length, 0);
    }
    return found;
  }

  /// A copy of the record that owns its bytes.
  public Record toRecord() {
    List<Header> headers = new ArrayList<>(headerCount);
    headerAt = headersPosition;
    for (int i = 0; i < headerCount; i++) {
      int keyLength = skipLength();
      byte[] key = copy(headerAt, keyLength);
      headerAt += keyLength;
      int valueLength = skipLength();
      byte[] value = valueLength < 0 ? null : copy(headerAt, valueLength);
      headerAt += Math.max(valueLength, 0);
      headers.add(new Header(new String(key, StandardCharsets.UTF_8), value));
    }
    return new Record(
        timestampMs,
        keyBytes < 0 ? null : copy(keyPosition, keyBytes),
        valueBytes < 0 ? null : copy(valuePosition, valueBytes),
        headers);
  }

  /// Passes headers that are, byte for byte, those of the record before, as in most batches: they are as good.
  ///
  /// @return false when they are others, and nothing has moved
  private boolean repeatHeaders(int recordEnd) {
    int start = position;
    int size = recordEnd - start;
    if (size != headersBytes
        || !Arrays.equals(
            bytes, start, recordEnd, bytes, headersStart, headersStart + headersBytes)) {
      return false;
    }
    headersPosition += start - headersStart;
    headersStart = start;
    position = recordEnd;
    return true;
  }

  private void readHeaders(int recordEnd) throws BatchRefused {
    headersStart = position;
    headersBytes = recordEnd - position;
    askedKey = null;
    headerCount = readInt(recordEnd);
    if (headerCount < 0) {
      int negative = headerCount;
      headerCount = 0;
      throw refused("header count is " + negative);
    }
    if (headerCount > limits.headerCount()) {
      throw new BatchRefused(
          Reason.HEADERS, headerCount + " headers, allowed are " + limits.headerCount());
    }
    headersPosition = position;
    for (int i = 0; i < headerCount; i++) {
      int keyLength = readLength("header key", recordEnd);
      if (keyLength < 0) {
        throw refused("the key of a header is null");
      }
      if (keyLength > limits.headerKeyBytes()) {
        throw new BatchRefused(
            Reason.HEADERS,
            "header key of " + keyLength + " B, allowed are " + limits.headerKeyBytes());
      }
      position += keyLength;
      int valueLength = readLength("header value", recordEnd);
      position += Math.max(valueLength, 0);
    }
    if (position != recordEnd) {
      throw refused((recordEnd - position) + " B behind its last header");
    }
  }

  /// The quick look counted the length fields as well; this one counts as the builder does.
  private void checkContent() throws BatchRefused {
    long content =
        Math.max(keyBytes, 0) + (long) Math.max(valueBytes, 0) + (position - headersPosition);
    if (content > limits.recordBytes()) {
      throw new BatchRefused(
          Reason.TOO_LARGE,
          "record of " + content + " B, allowed are at most " + limits.recordBytes());
    }
  }

  /// A length of bytes that lie before `fieldEnd`, or -1.
  private int readLength(String what, int fieldEnd) throws BatchRefused {
    int length = readInt(fieldEnd);
    if (length < -1 || length > fieldEnd - position) {
      throw refused(what + " length is " + length + ", left are " + (fieldEnd - position) + " B");
    }
    return length;
  }

  private int readInt(int fieldEnd) throws BatchRefused {
    int quick = readQuickly(fieldEnd);
    if (quick >= 0) {
      return Varint.unzigzag(quick);
    }
    long raw = readRaw(fieldEnd, Varint.INT_BYTES_MOST);
    if (raw >>> Integer.SIZE != 0) {
      throw refused("a varint does not fit an int");
    }
    return Varint.unzigzag((int) raw);
  }

  private long readLong(int fieldEnd) throws BatchRefused {
    int quick = readQuickly(fieldEnd);
    return Varint.unzigzag(quick >= 0 ? quick : readRaw(fieldEnd, Varint.LONG_BYTES_MOST));
  }

  /// The raw number if it takes one or two bytes, as nearly all do; else -1, and nothing has moved.
  private int readQuickly(int fieldEnd) {
    int at = position;
    if (at + 1 < fieldEnd) {
      int low = bytes[at];
      if (low >= 0) {
        position = at + 1;
        return low;
      }
      int high = bytes[at + 1];
      if (high >= 0) {
        position = at + 2;
        return (high << 7) | (low & 0x7F);
      }
    }
    return -1;
  }

  private long readRaw(int fieldEnd, int bytesMost) throws BatchRefused {
    long raw = 0;
    for (int i = 0; i < bytesMost; i++) {
      if (position >= fieldEnd) {
        throw refused("a varint reaches beyond it");
      }
      byte next = bytes[position++];
      raw |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return raw;
      }
    }
    throw refused("a varint is longer than " + bytesMost + " B");
  }

  /// Skips a field of a header that was checked already and says whether it equals `expected`.
  private boolean skipField(byte[] expected) {
    int length = skipLength();
    int start = headerAt;
    headerAt += Math.max(length, 0);
    return length == expected.length
        && Arrays.equals(bytes, start, headerAt, expected, 0, expected.length);
  }

  private int skipLength() {
    int raw = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes[headerAt++];
      raw |= (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return Varint.unzigzag(raw);
  }

  private ByteBuffer slice(int start, int length) {
    return ByteBuffer.wrap(bytes, start, length).slice();
  }

  private byte[] copy(int start, int length) {
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  private BatchRefused refused(String what) {
    return new BatchRefused(
        Reason.RECORD, "record behind offset " + (baseOffset + offsetDelta) + ": " + what);
  }
}
