package io.tributary.sim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.GuestRecords;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What filters are measured on: readings of 100 bytes, half of which have {@link #WANTED} in them. The same in every process.
final class FilterRecords {
  static final String WANTED = "\"state\":\"on\"";

  static final int BATCH_RECORDS = 1_000;
  static final int VALUE_BYTES = 100;

  /// So many different ones that nothing learns them by heart, so few that they fit into an edge's heap.
  private static final int BATCHES = 16;

  private static final long SEED = 11;
  private static final long BASE_TIMESTAMP_MS = 1_690_000_000_000L;

  private FilterRecords() {}

  /// The values of each batch.
  static List<List<byte[]>> values() {
    Random random = new Random(SEED);
    List<List<byte[]>> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      List<byte[]> values = new ArrayList<>();
      for (int j = 0; j < BATCH_RECORDS; j++) {
        values.add(value(random));
      }
      batches.add(values);
    }
    return batches;
  }

  private static byte[] value(Random random) {
    String text =
        "{\"sensor\":\"pump-%02d\",\"value\":%d.%d,\"unit\":\"bar\",\"state\":\"%s\",\"quality\":\"good\",\"n\":%d}"
            .formatted(
                random.nextInt(100),
                random.nextInt(1_000),
                random.nextInt(10),
                random.nextBoolean() ? "on" : "off",
                random.nextInt(1_000_000));
    byte[] padded = "%-100s".formatted(text).getBytes(UTF_8);
    if (padded.length != VALUE_BYTES) {
      throw new IllegalStateException(text);
    }
    return padded;
  }

  /// A batch as a chain takes it.
  static ChainInput input(int batch, List<byte[]> values) {
    GuestRecords.Builder records = new GuestRecords.Builder();
    for (int i = 0; i < values.size(); i++) {
      records.add(i, i, null, values.get(i));
    }
    return new ChainInput((long) batch * BATCH_RECORDS, BASE_TIMESTAMP_MS, records.build());
  }

  /// Writes each batch as the ABI has it, with its length before it, for a host that is none of ours.
  static void write(Path file) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      List<List<byte[]>> batches = values();
      for (int i = 0; i < batches.size(); i++) {
        byte[] encoded = encoded(i, batches.get(i));
        out.writeInt(encoded.length);
        out.write(encoded);
      }
    }
  }

  private static byte[] encoded(int batch, List<byte[]> values) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(0); // attributes
      varint(body, i);
      varint(body, i);
      body.write(0); // no key
      varint(body, value.length);
      body.write(value);
      varint(body, 0); // no headers
      varint(records, body.size());
      body.writeTo(records);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream input = new DataOutputStream(bytes);
    input.writeLong((long) batch * BATCH_RECORDS);
    input.writeInt(Integer.BYTES + records.size());
    input.writeInt(values.size());
    records.writeTo(input);
    input.writeShort(0); // params
    input.writeByte(0); // lookback
    input.writeInt(0); // the record of a join
    input.writeLong(BASE_TIMESTAMP_MS);
    return bytes.toByteArray();
  }

  /// Of numbers that are not negative.
  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value << 1;
    for (; rest > 127; rest >>>= 7) {
      out.write((rest & 127) | 128);
    }
    out.write(rest);
  }

  /// What a guest's `init` is told, as the ABI has it.
  static byte[] initInput(String key, String value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(1);
    out.writeUTF(key);
    out.writeUTF(value);
    out.writeByte(0); // no lookback
    return bytes.toByteArray();
  }
}
