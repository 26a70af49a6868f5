package io.tributary.smartmodule;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The bytes that cross between host and guest: Fluvio's encoding of version 22, big-endian.
///
/// ```
/// input       base offset i64 │ records: u32 length, u32 count, records │ params map, empty │ lookback 0
///               │ join record u32 0 │ base timestamp i64                 aggregate: then accumulator u32 length and bytes
/// init input  params: u16 count, and each key and value │ lookback: 0, or 1 and last u64 and age: 0, or 1 and u64 s, u32 ns
/// output      u32 count, records │ error: 0, or 1 and hint, offset i64, kind u8, key: 0, or 1 and as a record's, value as a
///               record's                                                             aggregate: then accumulator
/// ```
public final class Abi {
  /// What every guest is told: older modules refuse more, newer ones accept it, and it carries the base timestamp.
  public static final int VERSION = 22;

  public static final String INIT = "init";
  public static final String LOOK_BACK = "look_back";

  /// The status of an `init` that refuses its params with a hint.
  static final int INIT_REFUSED = -2;

  /// The status of a `look_back` that fails on a record.
  static final int LOOK_BACK_RECORD = -99;

  /// What comes before the records: base offset, length, count.
  private static final int HEAD_BYTES = 16;

  /// Behind them: params, lookback, join record, base timestamp.
  private static final int TAIL_BYTES = 15;

  /// filter, map, array_map, aggregate, filter_map, join, generic.
  private static final int ERROR_KINDS = 7;

  private Abi() {}

  /// @param accumulator null unless the guest aggregates
  static byte[] input(
      long baseOffset, long baseTimestampMs, GuestRecords records, byte @Nullable [] accumulator) {
    int recordsBytes = records.end() - records.start();
    int more = accumulator == null ? 0 : Integer.BYTES + accumulator.length;
    ByteBuffer input = ByteBuffer.allocate(HEAD_BYTES + recordsBytes + TAIL_BYTES + more);
    input.putLong(baseOffset).putInt(Integer.BYTES + recordsBytes).putInt(records.count());
    input.put(records.array(), records.start(), recordsBytes);
    input.putShort((short) 0).put((byte) 0).putInt(0).putLong(baseTimestampMs);
    if (accumulator != null) {
      input.putInt(accumulator.length).put(accumulator);
    }
    return input.array();
  }

  static byte[] initInput(Map<String, String> params, @Nullable Lookback lookback) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeShort(params.size());
      for (Map.Entry<String, String> param : new TreeMap<>(params).entrySet()) {
        writeString(out, param.getKey());
        writeString(out, param.getValue());
      }
      out.writeBoolean(lookback != null);
      if (lookback != null) {
        out.writeLong(lookback.last());
        Duration age = lookback.age();
        out.writeBoolean(age != null);
        if (age != null) {
          out.writeLong(age.toSeconds());
          out.writeInt(age.toNanosPart());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  private static void writeString(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /// What a guest made of a batch.
  ///
  /// @param records the outputs
  /// @param error the record at which it stopped, or null
  /// @param accumulator what an aggregate has accumulated; empty of others
  @SuppressWarnings("ArrayRecordComponent") // nobody compares outputs
  record Output(GuestRecords records, @Nullable RecordError error, byte[] accumulator) {}

  /// A guest's word that a record cannot be handled.
  ///
  /// @param offset as it told it, which may be any
  record RecordError(String hint, long offset) {}

  /// Reads the output of a call, trusting nothing.
  static Output output(byte[] bytes, boolean isAggregate) throws GuestFailed {
    Reader in = new Reader(bytes);
    int count = in.length("records");
    GuestRecords records = GuestRecords.parse(bytes, in.at, count);
    in.at += records.sizeBytes();
    RecordError error = in.flag() ? in.recordError() : null;
    byte[] accumulator = isAggregate ? in.bytes("accumulator") : new byte[0];
    in.end();
    return new Output(records, error, accumulator);
  }

  /// The hint of an `init` that refused; a text of ours where its output is none.
  static String initHint(byte @Nullable [] output) {
    try {
      return output == null ? "without a hint" : new Reader(output).string();
    } catch (GuestFailed e) {
      return "with a hint that cannot be read: " + e.text();
    }
  }

  /// The words of a status of `init`, `look_back`, or a transform.
  static String statusWords(int status) {
    return switch (status) {
      case -1 -> "-1, an error that it does not name";
      case -10 -> "-10, its input cannot be decoded";
      case -11 -> "-11, its input cannot be decoded";
      case -22 -> "-22, the records of its input cannot be decoded";
      case -33 -> "-33, its output cannot be encoded";
      case -44 -> "-44, its params cannot be read";
      case -55 -> "-55, an error of a join";
      case -66, -77, -88 -> status + ", its input cannot be decoded";
      default -> status + ", which has no meaning";
    };
  }

  /// Reads one structure, checking every length.
  private static final class Reader {
    private final byte[] bytes;
    private int at;

    private Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    private int length(String of) throws GuestFailed {
      need(Integer.BYTES);
      int length = ByteBuffer.wrap(bytes).getInt(at);
      at += Integer.BYTES;
      if (length < 0 || length > bytes.length - at) {
        throw wrong(Integer.toUnsignedString(length) + " as the length of its " + of);
      }
      return length;
    }

    private byte[] bytes(String of) throws GuestFailed {
      int length = length(of);
      at += length;
      return Arrays.copyOfRange(bytes, at - length, at);
    }

    private boolean flag() throws GuestFailed {
      need(1);
      byte flag = bytes[at++];
      if (flag != 0 && flag != 1) {
        throw wrong("the flag " + flag);
      }
      return flag == 1;
    }

    private String string() throws GuestFailed {
      need(Short.BYTES);
      int length = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(at));
      at += Short.BYTES;
      need(length);
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private RecordError recordError() throws GuestFailed {
      String hint = string();
      need(Long.BYTES + 1);
      long offset = ByteBuffer.wrap(bytes).getLong(at);
      at += Long.BYTES;
      int kind = bytes[at++];
      if (kind < 0 || kind >= ERROR_KINDS) {
        throw wrong("the kind " + kind + " of an error");
      }
      if (flag()) {
        skipData();
      }
      skipData();
      return new RecordError(hint, offset);
    }

    /// A record's key or value, whose length is a varint.
    private void skipData() throws GuestFailed {
      long raw = 0;
      int shift = 0;
      byte next;
      do {
        need(1);
        next = bytes[at++];
        raw |= (long) (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0 && shift < 63);
      long length = (raw >>> 1) ^ -(raw & 1);
      if (next < 0 || length < 0 || length > bytes.length - at) {
        throw wrong(length + " as the length of a record's data");
      }
      at += (int) length;
    }

    private void need(int count) throws GuestFailed {
      if (count > bytes.length - at) {
        throw wrong("an end too early");
      }
    }

    private void end() throws GuestFailed {
      if (at != bytes.length) {
        throw wrong((bytes.length - at) + " bytes too many");
      }
    }

    private GuestFailed wrong(String what) {
      return new GuestFailed(
          GuestFailed.Reason.OUTPUT, "its output has " + what + ", at byte " + at);
    }
  }
}
