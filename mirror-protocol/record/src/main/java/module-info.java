/// Kafka record batches of format v2: build, view without copying, verify, iterate.
module io.tributary.record {
  requires static org.jspecify;
}
