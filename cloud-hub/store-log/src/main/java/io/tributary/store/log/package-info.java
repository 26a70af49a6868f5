/// The embedded store: partition logs on the local disk of one hub.
@NullMarked
package io.tributary.store.log;

import org.jspecify.annotations.NullMarked;
