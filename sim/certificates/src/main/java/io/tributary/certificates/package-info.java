/// Throw-away certificates for the demo, the benchmarks and the tests. Nothing here is fit for
/// production. Imports nothing but the JDK.
@NullMarked
package io.tributary.certificates;

import org.jspecify.annotations.NullMarked;
