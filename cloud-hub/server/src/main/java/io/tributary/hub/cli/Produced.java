package io.tributary.hub.cli;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was acknowledged, by partition.
final class Produced {
  /// The broker did not say an offset: it was not asked for one, or knew the batch already.
  private static final long NO_OFFSET = -1;

  private final TreeMap<Integer, Part> parts = new TreeMap<>();
  private long records;
  private long payloadBytes;

  private record Part(long records, long firstOffset, long lastOffset) {}

  void add(SentBatch batch, long baseOffset) {
    records += batch.count();
    payloadBytes += batch.payloadBytes();
    long last = baseOffset < 0 ? NO_OFFSET : baseOffset + batch.count() - 1;
    parts.merge(
        batch.partition(),
        new Part(batch.count(), baseOffset, last),
        (sum, more) ->
            new Part(
                sum.records() + more.records(),
                sum.firstOffset() < 0 ? more.firstOffset() : sum.firstOffset(),
                Math.max(sum.lastOffset(), more.lastOffset())));
  }

  long records() {
    return records;
  }

  /// Of keys and values.
  long payloadBytes() {
    return payloadBytes;
  }

  /// One line for a person.
  String summary(String topic) {
    StringBuilder text =
        new StringBuilder(
            "%d %s (%d B) to '%s'"
                .formatted(records, records == 1 ? "record" : "records", payloadBytes, topic));
    if (parts.size() == 1) {
      int partition = parts.firstKey();
      Part part = parts.firstEntry().getValue();
      text.append(", partition ").append(partition);
      if (part.firstOffset() >= 0) {
        text.append(", offsets ")
            .append(part.firstOffset())
            .append(" to ")
            .append(part.lastOffset());
      }
    } else if (parts.size() > 1) {
      text.append(", ").append(parts.size()).append(" partitions");
    }
    return text.toString();
  }

  /// @param error what ended it early; null: nothing
  String json(String topic, @Nullable String error) {
    JsonStringWriter json = JsonWriter.string();
    json.object()
        .value("topic", topic)
        .value("records", records)
        .value("bytes", payloadBytes)
        .array("partitions");
    parts.forEach((partition, part) ->
        json.object()
            .value("partition", partition)
            .value("records", part.records())
            .value("firstOffset", part.firstOffset())
            .value("lastOffset", part.lastOffset())
            .end());
    json.end();
    if (error != null) {
      json.value("error", error);
    }
    return json.end().done();
  }
}
