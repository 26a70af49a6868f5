/// The connection of an edge to its hub, on JDK sockets with mutual TLS, with backoff.
@NullMarked
package io.tributary.link;

import org.jspecify.annotations.NullMarked;
