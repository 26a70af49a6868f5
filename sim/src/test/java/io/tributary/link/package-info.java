/// What the fuzzer looks at from within the link: decoders that nobody outside may call.
@NullMarked
package io.tributary.link;

import org.jspecify.annotations.NullMarked;
