package io.tributary.device.part;

import io.tributary.adapter.measurement.Measurement;
import java.io.IOException;
import java.util.List;

/// One sensor, as its owner has set it up. One thread.
public interface Part {
  /// The sources that {@link #measure} tells of, in its order.
  List<String> sources();

  /// Makes sure that it is what its owner says, and sets it up: once, and again after it failed.
  ///
  /// @throws IOException when it does not answer, or is something else; its message says what
  default void begin() throws IOException {}

  /// Measures once, with units and raw bytes. A value that the sensor itself calls doubtful is an error with its reason.
  ///
  /// @throws IOException when it does not answer
  List<Measurement> measure() throws IOException;
}
