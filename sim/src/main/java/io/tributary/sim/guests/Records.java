package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.GuestRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Kinds of records, from a seed: the same on every JVM, since nothing in them was ever a floating-point number of ours.
enum Records {
  /// Words.
  TEXT,
  /// Whole numbers.
  INTEGERS,
  /// Whole numbers, and now and then something else.
  NUMBERS,
  /// JSON arrays, and now and then something else.
  ARRAYS,
  /// Three columns.
  CSV,
  /// What a sensor says.
  READINGS,
  /// Readings whose arithmetic overflows, underflows, and becomes no number at all.
  EXTREMES;

  private static final long SEED = 29;
  private static final int BATCH_RECORDS = 250;
  private static final long BASE_TIMESTAMP_MS = 1_690_000_000_000L;
  private static final int STEP_MS = 500;
  private static final int LATE_MS = 3_000;
  private static final int KEYS = 8;

  private static final List<String> WORDS =
      List.of("apple", "banana", "mango", "über", "日本", "", "a\"b\\c", "tangerine");

  private static final List<String> FAR_OUT =
      List.of(
          "1e308",
          "-1e308",
          "1.7976931348623157e308",
          "1e400",
          "-1e400",
          "5e-324",
          "-0.0",
          "1e-400",
          "0.1");

  /// Batches of so many records in all.
  List<ChainInput> batches(int count) {
    Random random = new Random(SEED);
    List<ChainInput> batches = new ArrayList<>();
    for (int from = 0; from < count; from += BATCH_RECORDS) {
      GuestRecords.Builder records = new GuestRecords.Builder();
      for (int i = from; i < Math.min(count, from + BATCH_RECORDS); i++) {
        records.add(
            (i - from) * STEP_MS - random.nextInt(LATE_MS),
            2 * (i - from),
            key(random),
            value(random, i).getBytes(UTF_8));
      }
      batches.add(
          new ChainInput(2L * from, BASE_TIMESTAMP_MS + (long) from * STEP_MS, records.build()));
    }
    return batches;
  }

  private static byte @Nullable [] key(Random random) {
    return random.nextInt(20) == 0 ? null : ("sensor/" + random.nextInt(KEYS)).getBytes(UTF_8);
  }

  private String value(Random random, int i) {
    return switch (this) {
      case TEXT ->
          WORDS.get(random.nextInt(WORDS.size())) + WORDS.get(random.nextInt(WORDS.size()));
      case INTEGERS -> integer(random);
      case NUMBERS -> random.nextInt(50) == 0 ? "x" : integer(random);
      case ARRAYS ->
          random.nextInt(20) == 0
              ? "{"
              : "[%d,\"%d\",[%d,{\"a\":[]}],null]"
                  .formatted(random.nextInt(), i, random.nextInt(10));
      case CSV -> i + ",\"a \"\"" + random.nextInt(100) + "\"\"\"," + decimal(random);
      case READINGS -> reading(random.nextInt(40) == 0 ? "90" : decimal(random), i);
      case EXTREMES -> reading(FAR_OUT.get(random.nextInt(FAR_OUT.size())), i);
    };
  }

  private static String integer(Random random) {
    return String.valueOf(random.nextInt(2_000) - 1_000);
  }

  private static String decimal(Random random) {
    return (15 + random.nextInt(10)) + "." + random.nextInt(1_000);
  }

  private static String reading(String value, int i) {
    return "{\"value\": " + value + ", \"unit\": \"°C\", \"more\": [0, {\"unit\": " + i + "}]}";
  }
}
