package io.tributary.sim.field.source;

/// What of all that a source said has to be at the hub.
public enum Promise {
  /// What was acknowledged to the source.
  ACKNOWLEDGED,

  /// Everything: the source keeps it until it is read.
  EVERYTHING,

  /// Of each lane a beginning: what was said just before its end, or while the edge was down, may be cut off by the source itself before
  /// anybody reads it.
  UNTIL_CUT,

  /// What was not said while the edge was down: the source says it once, whoever listens.
  WHILE_UP
}
