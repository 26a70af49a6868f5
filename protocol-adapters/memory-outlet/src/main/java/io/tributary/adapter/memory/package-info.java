/// The journals' side of an adapter, in memory, for tests. A thread for each class; see {@link
/// io.tributary.adapter.memory.MemoryOutlet}.
///
/// Imports the adapter API.
@NullMarked
package io.tributary.adapter.memory;

import org.jspecify.annotations.NullMarked;
