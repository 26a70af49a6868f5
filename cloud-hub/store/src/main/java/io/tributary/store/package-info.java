/// Where a hub keeps partitions: the interface, and the conformance suite of its implementations.
@NullMarked
package io.tributary.store;

import org.jspecify.annotations.NullMarked;
