/// A cellular link between two network namespaces, and what a mirror makes of it.
@NullMarked
package io.tributary.sim.lte;

import org.jspecify.annotations.NullMarked;
