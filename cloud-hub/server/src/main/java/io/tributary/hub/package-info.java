/// The hub: its configuration, its wiring, its command line.
@NullMarked
package io.tributary.hub;

import org.jspecify.annotations.NullMarked;
