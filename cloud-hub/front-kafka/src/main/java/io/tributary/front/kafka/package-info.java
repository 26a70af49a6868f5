/// The Kafka protocol over a store, and the codecs of its clients.
@NullMarked
package io.tributary.front.kafka;

import org.jspecify.annotations.NullMarked;
