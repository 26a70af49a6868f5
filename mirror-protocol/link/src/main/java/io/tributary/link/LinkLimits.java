package io.tributary.link;

/// The bounds of a link's memory, and what each prevents.
///
/// @param gatherBytes frames are gathered up to this size and written at once: fewer writes; the
///     largest frame must fit
/// @param readBytes one read of the socket
/// @param inboxFrames frames that were read and not yet taken; a full inbox stops the reading, and
///     TCP holds the hub back
public record LinkLimits(int gatherBytes, int readBytes, int inboxFrames) {
  public static final LinkLimits DEFAULT = new LinkLimits(128 * 1024, 16 * 1024, 1024);

  private static final int MIN_GATHER_BYTES = 32 * 1024;

  public LinkLimits {
    if (gatherBytes < MIN_GATHER_BYTES || readBytes < 1 || inboxFrames < 1) {
      throw new IllegalArgumentException("limits too small: " + gatherBytes);
    }
  }
}
