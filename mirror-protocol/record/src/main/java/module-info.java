/// Kafka record batches of message format v2: built, viewed, checked. Needs the JDK alone.
module io.tributary.record {
  requires static transitive org.jspecify;

  exports io.tributary.record;

  uses io.tributary.record.Compression;
}
