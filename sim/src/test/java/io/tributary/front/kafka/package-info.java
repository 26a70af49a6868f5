/// What the fuzzer looks at from within the Kafka front: decoders that nobody outside may call.
@NullMarked
package io.tributary.front.kafka;

import org.jspecify.annotations.NullMarked;
