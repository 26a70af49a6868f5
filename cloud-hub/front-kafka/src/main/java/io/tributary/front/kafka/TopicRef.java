package io.tributary.front.kafka;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A topic as a client names it: by its name, or, in newer versions of Fetch, Metadata and Produce,
/// by its id. An answer repeats what the request said, and Metadata fills in both.
record TopicRef(@Nullable String name, @Nullable UUID id) {
  TopicRef {
    if (name == null && id == null) {
      throw new IllegalArgumentException("a topic has a name or an id");
    }
  }

  static TopicRef named(String name) {
    return new TopicRef(name, null);
  }
}
