package io.tributary.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A codec for the records of a batch. `none` and `gzip` are built in; others are found by ServiceLoader, so that an
/// image holds what its owner needs. Implementations are stateless and shared by threads.
public interface Compression {
  /// The codec's number in the lowest three bits of the attributes, as Kafka assigns it.
  byte id();

  /// Kafka's name of the codec: `none`, `gzip`, `snappy`, `lz4`, `zstd`.
  String codecName();

  OutputStream compress(OutputStream compressed) throws IOException;

  /// Rubbish must end in an IOException; the caller bounds what it reads.
  InputStream decompress(InputStream compressed) throws IOException;

  static Compression none() {
    return BuiltInCompression.NONE;
  }

  static Compression gzip() {
    return BuiltInCompression.GZIP;
  }

  /// The codec of a batch's attributes.
  ///
  /// @throws BatchRefused with {@link BatchRefused.Reason#CODEC} when nobody here provides it
  static Compression byId(int id) throws BatchRefused {
    return Codecs.byId(id);
  }

  /// The codec that a configuration names.
  ///
  /// @throws IllegalArgumentException naming the codecs that are here
  static Compression byName(String name) {
    return Codecs.byName(name);
  }

  /// The names that {@link #byName} knows here.
  static List<String> names() {
    return Codecs.names();
  }
}
