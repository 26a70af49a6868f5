/// Kafka record batches of format v2: build, view without copying, verify, iterate.
@NullMarked
package io.tributary.record;

import org.jspecify.annotations.NullMarked;
