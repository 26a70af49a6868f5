/// The mirror protocol: frames, their codecs, and the two halves of a session as pure state machines.
@NullMarked
package io.tributary.session;

import org.jspecify.annotations.NullMarked;
