/// The connection of an edge to its hub, on JDK sockets with mutual TLS 1.3, with backoff; and the
/// loading of PEM certificates, which the hub uses as well.
///
/// Two threads a link: its owner dials, writes and takes frames out of the inbox; the reader reads,
/// and watches the writer. No locks: the inbox is a bounded queue, the rest is volatile. A socket
/// is closed at its raw end only, since the TLS one's close waits for the write that stands.
/// [io.tributary.link.Backoff] is pure. May import session and agent.
@NullMarked
package io.tributary.link;

import org.jspecify.annotations.NullMarked;
