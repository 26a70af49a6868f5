/// What the fuzzer looks at from within the MQTT endpoint: decoders that nobody outside may call.
@NullMarked
package io.tributary.adapter.mqtt;

import org.jspecify.annotations.NullMarked;
