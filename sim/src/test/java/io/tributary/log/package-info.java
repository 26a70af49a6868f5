/// What the fuzzer looks at from within the log: decoders that nobody outside may call.
@NullMarked
package io.tributary.log;

import org.jspecify.annotations.NullMarked;
