/// Where a hub keeps partitions: the interface to its storage.
@NullMarked
package io.tributary.store;

import org.jspecify.annotations.NullMarked;
