/// One segmented log with two views: the Journal of an edge and the PartitionLog of a hub.
module io.tributary.log {
  requires static org.jspecify;
  requires io.tributary.record;
}
