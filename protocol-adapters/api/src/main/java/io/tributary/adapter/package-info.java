/// What a source of readings must offer to an edge, and what the edge offers to it.
@NullMarked
package io.tributary.adapter;

import org.jspecify.annotations.NullMarked;
