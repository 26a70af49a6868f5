/// A named duty cycle on one thread: the only place that starts a data-path thread.
@NullMarked
package io.tributary.agent;

import org.jspecify.annotations.NullMarked;
