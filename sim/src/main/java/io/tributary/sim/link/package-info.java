/// A bad link on command.
@NullMarked
package io.tributary.sim.link;

import org.jspecify.annotations.NullMarked;
