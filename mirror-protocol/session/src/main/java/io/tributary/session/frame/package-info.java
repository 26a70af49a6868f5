/// What travels on a link: one record and one codec for each kind of frame, and the reader that cuts a stream of bytes
/// into frames.
///
/// ```
///   0        4      5
///   +--------+------+----------------------+     length: of type and body together
///   | length | type | body                 |     all numbers are big-endian
///   +--------+------+----------------------+     a string is u16 length and UTF-8 bytes
/// ```
///
/// Nothing here does I/O, keeps time or starts a thread. Frames are immutable, save that {@link
/// io.tributary.session.frame.Data} looks into a buffer that somebody else owns. A reader is confined to the thread
/// that feeds it. Imports record and the JDK.
///
/// Invariants: whatever bytes come in, the only exception they can cause is {@link
/// io.tributary.session.frame.FrameRefused}; a reader never holds more than {@link
/// io.tributary.session.frame.FrameLimits#HELD_BYTES}; a frame that can be constructed can be encoded.
@NullMarked
package io.tributary.session.frame;

import org.jspecify.annotations.NullMarked;
