/// The edge agent: its configuration, its wiring, its command line.
@NullMarked
package io.tributary.edge;

import org.jspecify.annotations.NullMarked;
