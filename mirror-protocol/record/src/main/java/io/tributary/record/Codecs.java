package io.tributary.record;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// The codecs of this process by number and by name: the built-in ones, then what ServiceLoader finds.
final class Codecs {
  /// Kafka's names by number, for a refusal that says what is missing.
  private static final List<String> KAFKA_NAMES = List.of("none", "gzip", "snappy", "lz4", "zstd");

  private static final @Nullable Compression[] BY_ID = load();

  private Codecs() {}

  static Compression byId(int id) throws BatchRefused {
    Compression codec = id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    if (codec == null) {
      throw new BatchRefused(
          BatchRefused.Reason.CODEC,
          id >= 0 && id < KAFKA_NAMES.size()
              ? "no module here provides " + KAFKA_NAMES.get(id)
              : "no codec has the number " + id);
    }
    return codec;
  }

  static Compression byName(String name) {
    for (Compression codec : BY_ID) {
      if (codec != null && codec.codecName().equals(name)) {
        return codec;
      }
    }
    throw new IllegalArgumentException(
        "no compression is called " + name + "; here are " + names());
  }

  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Compression codec : BY_ID) {
      if (codec != null) {
        names.add(codec.codecName());
      }
    }
    return names;
  }

  private static @Nullable Compression[] load() {
    @Nullable Compression[] codecs = new Compression[KAFKA_NAMES.size()];
    codecs[0] = BuiltInCompression.NONE;
    codecs[1] = BuiltInCompression.GZIP;
    for (Compression codec :
        ServiceLoader.load(Compression.class, Compression.class.getClassLoader())) {
      int id = codec.id();
      if (id < 0 || id >= codecs.length || !KAFKA_NAMES.get(id).equals(codec.codecName())) {
        throw new IllegalStateException(
            codec.getClass() + " calls itself " + codec.codecName() + " with the number " + id);
      }
      if (codecs[id] == null) {
        codecs[id] = codec;
      }
    }
    return codecs;
  }
}
