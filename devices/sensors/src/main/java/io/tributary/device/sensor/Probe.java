package io.tributary.device.sensor;

import io.tributary.adapter.measurement.Measurement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Something that is measured at an interval.
interface Probe extends AutoCloseable {
  Duration interval();

  /// Measures. The sources are relative to the adapter.
  ///
  /// @throws IOException when it does not answer; its message says which, and why
  List<Measurement> measure() throws IOException;

  /// What {@link #measure} would have told of, to be told as errors.
  List<String> sources();

  @Override
  void close();
}
