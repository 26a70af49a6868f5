/// Throw-away certificates for the demo, the benchmarks and the tests.
module io.tributary.certificates {
  requires static transitive org.jspecify;

  exports io.tributary.certificates;
}
