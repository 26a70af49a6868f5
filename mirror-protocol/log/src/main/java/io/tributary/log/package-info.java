/// One segmented log with two views: the Journal of an edge and the PartitionLog of a hub.
@NullMarked
package io.tributary.log;

import org.jspecify.annotations.NullMarked;
