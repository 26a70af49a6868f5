package io.tributary.adapter;

/// Why a reading was not kept.
public enum Refused {
  /// No batch can ever hold it. The source must not send it again.
  TOO_LARGE,
  /// The quota is reached and the class drops the newest. The reading took an offset, and the Gap that names it is durable.
  QUOTA,
  /// The journal has failed and takes nothing more until it is opened again; or the state is full, and this would make it grow. The source
  /// should keep the reading.
  FAILED,
  /// The edge is stopping. The source should keep the reading.
  SHUTDOWN
}
