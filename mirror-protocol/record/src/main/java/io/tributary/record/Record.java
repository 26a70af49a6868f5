package io.tributary.record;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A reading, on its own: for the ends of the way, where clarity matters more than allocation. Arrays are not copied.
///
/// @param timestampMs milliseconds since 1970 (UTC)
@SuppressWarnings({
  "ArrayRecordComponent", // equality by content is spelled out below
  "JavaLangClash" // the word of the vocabulary, as in Kafka
})
public record Record(
    long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
  // Spelled out: the class file of a compact constructor loses the @Nullable of an array.
  public Record(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = List.copyOf(headers);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Record that
        && timestampMs == that.timestampMs
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    int hash = Long.hashCode(timestampMs);
    hash = 31 * hash + Arrays.hashCode(key);
    hash = 31 * hash + Arrays.hashCode(value);
    return 31 * hash + headers.hashCode();
  }

  @Override
  public String toString() {
    return "Record[timestampMs="
        + timestampMs
        + ", key="
        + (key == null ? "null" : key.length + " B")
        + ", value="
        + (value == null ? "null" : value.length + " B")
        + ", headers="
        + headers
        + "]";
  }
}
