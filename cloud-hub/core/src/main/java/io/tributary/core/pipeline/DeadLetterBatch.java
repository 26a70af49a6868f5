package io.tributary.core.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.record.BatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordRefused;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.PipelineRun;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gathers dead letters: each the record as it was, with headers that say where it came from and why it is here.
///
/// What is too large for a batch together with these headers goes without its value, or, if it must be, with them alone; then
/// `dead-letter.left-out` says what is missing. Its place in the source is told in any case.
final class DeadLetterBatch {
  /// What a guest says of itself is cut there.
  private static final int TEXT_CHARS_MOST = 1_000;

  /// A module's name comes from a configuration, but a path may be long.
  private static final int NAME_CHARS_MOST = 200;

  /// Of our own headers: the text and two names in four bytes a letter, two topics' names, numbers and keys.
  private static final int OWN_BYTES_MOST = 4 * (TEXT_CHARS_MOST + 2 * NAME_CHARS_MOST) + 1_024;

  /// What the topic of dead letters takes at least: our headers alone.
  static final int BYTES_LEAST = OWN_BYTES_MOST + 1_024;

  private final String pipeline;
  private final String topic;
  private final int partition;
  private final int bytesMost;
  private final BatchBuilder builder;

  /// @param bytesMost of the batch
  DeadLetterBatch(String pipeline, String topic, int partition, int bytesMost) {
    this.pipeline = pipeline;
    this.topic = topic;
    this.partition = partition;
    this.bytesMost = bytesMost;
    this.builder = new BatchBuilder(Compression.none(), Limits.produced(bytesMost));
  }

  int count() {
    return builder.count();
  }

  /// Whether it is certain that it takes one more.
  boolean hasRoom(PipelineRun.Input input) {
    Record record = input.record();
    byte[] key = record.key();
    byte[] value = record.value();
    long bytes =
        (key == null ? 0 : key.length)
            + (value == null ? 0L : value.length)
            + EncodedHeaders.of(record.headers()).sizeBytes();
    return builder.isEmpty() || builder.sizeBytes() + bytes + OWN_BYTES_MOST <= bytesMost;
  }

  /// @return false when the batch is full: build it, and append again
  boolean tryAppend(PipelineRun.Input input, DeadLetter letter) {
    Record record = input.record();
    List<Header> own = headers(input, letter);
    return tryAppend(record, own)
        .or(() -> tryAppend(without(record, record.key(), record.headers()), leftOut(own, "value")))
        .or(() -> tryAppend(without(record, null, List.of()), leftOut(own, "everything")))
        .orElseThrow(() -> new IllegalStateException("the headers alone fit into any batch"));
  }

  private static Record without(Record record, byte @Nullable [] key, List<Header> headers) {
    return new Record(record.timestampMs(), key, null, headers);
  }

  private static List<Header> leftOut(List<Header> own, String what) {
    List<Header> more = new ArrayList<>(own);
    more.add(header("dead-letter.left-out", what));
    return more;
  }

  /// @return empty when no batch can hold it
  private Optional<Boolean> tryAppend(Record record, List<Header> own) {
    List<Header> headers = new ArrayList<>(record.headers());
    headers.addAll(own);
    try {
      return Optional.of(
          builder.tryAppend(
              Math.max(0, record.timestampMs()),
              record.key(),
              record.value(),
              EncodedHeaders.of(headers)));
    } catch (RecordRefused e) {
      return Optional.empty();
    }
  }

  private List<Header> headers(PipelineRun.Input input, DeadLetter letter) {
    return List.of(
        header("dead-letter.pipeline", pipeline),
        header("dead-letter.module", cut(letter.module(), NAME_CHARS_MOST)),
        header(
            "dead-letter.reason",
            letter.reason().name().toLowerCase(Locale.ROOT).replace('_', '-')),
        header("dead-letter.text", cut(letter.text(), TEXT_CHARS_MOST)),
        header("dead-letter.topic", topic),
        header("dead-letter.partition", String.valueOf(partition)),
        header("dead-letter.offset", String.valueOf(input.offset())));
  }

  private static Header header(String key, String value) {
    return new Header(key, value.getBytes(UTF_8));
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }

  /// The batch, its own copy; begins anew.
  ByteBuffer build() {
    ByteBuffer built = PipelineLog.copy(builder.build(0, -1, (short) -1, -1));
    builder.reset();
    return built;
  }
}
