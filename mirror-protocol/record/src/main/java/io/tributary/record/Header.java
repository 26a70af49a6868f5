package io.tributary.record;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A header of a record, as in Kafka: keys may repeat, a value may be null. The array is not copied: do not change it.
@SuppressWarnings("ArrayRecordComponent") // equality by content is spelled out below
public record Header(String key, byte @Nullable [] value) {
  // Spelled out: the class file of a compact constructor loses the @Nullable of an array.
  public Header(String key, byte @Nullable [] value) {
    this.key = Objects.requireNonNull(key, "key");
    this.value = value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Header that && key.equals(that.key) && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return key + "=" + (value == null ? "null" : value.length + " B");
  }
}
