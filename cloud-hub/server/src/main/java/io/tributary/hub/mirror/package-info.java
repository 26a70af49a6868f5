/// The hub's listener for edges: Netty and TLS around [io.tributary.core.Mirror].
///
/// Every connection lives on one event loop, and so does its session. Nothing here blocks.
@NullMarked
package io.tributary.hub.mirror;

import org.jspecify.annotations.NullMarked;
