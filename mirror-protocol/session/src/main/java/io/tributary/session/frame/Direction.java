package io.tributary.session.frame;

/// Which way a stream flows. The id is part of the format.
public enum Direction {
  EDGE_TO_HUB(0),
  /// Reserved for the downlink; refused as UNSUPPORTED.
  HUB_TO_EDGE(1);

  private final byte id;

  Direction(int id) {
    this.id = (byte) id;
  }

  byte id() {
    return id;
  }

  static Direction byId(int id) throws FrameRefused {
    return switch (id) {
      case 0 -> EDGE_TO_HUB;
      case 1 -> HUB_TO_EDGE;
      default -> throw new FrameRefused("no direction has the id " + id);
    };
  }
}
