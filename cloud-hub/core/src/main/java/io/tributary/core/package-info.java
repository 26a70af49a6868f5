/// The registry of edges and streams, the intake of their sessions, and the topics of a hub.
@NullMarked
package io.tributary.core;

import org.jspecify.annotations.NullMarked;
