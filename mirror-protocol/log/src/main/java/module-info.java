/// One segmented log with two views: the Journal of an edge and the PartitionLog of a hub. Needs the JDK alone.
module io.tributary.log {
  requires static transitive org.jspecify;
  requires transitive io.tributary.record;

  exports io.tributary.log;
}
