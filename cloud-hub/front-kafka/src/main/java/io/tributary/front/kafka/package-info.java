/// The Kafka protocol over a store, for readers.
@NullMarked
package io.tributary.front.kafka;

import org.jspecify.annotations.NullMarked;
