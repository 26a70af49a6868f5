/// What the fuzzer looks at from within the embedded store: decoders that nobody outside may call.
@NullMarked
package io.tributary.store.log;

import org.jspecify.annotations.NullMarked;
