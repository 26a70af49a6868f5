/// What every store must do: one suite of tests, run by each implementation of the storage interface.
@NullMarked
package io.tributary.store.conformance;

import org.jspecify.annotations.NullMarked;
