package io.tributary.device.sensor;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.device.part.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A part on a bus. After a failure it is set up again: it may have been without current.
final class PartProbe implements Probe {
  private final String name;
  private final Duration interval;
  private final Part part;
  private final Runnable closing;
  private boolean hasBegun;

  /// @param closing closes what the part hangs on, which is opened again when it is needed
  PartProbe(String name, Duration interval, Part part, Runnable closing) {
    this.name = name;
    this.interval = interval;
    this.part = part;
    this.closing = closing;
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public List<Measurement> measure() throws IOException {
    try {
      if (!hasBegun) {
        part.begin();
        hasBegun = true;
      }
      return part.measure().stream().map(each -> each.from(name + "/" + each.source())).toList();
    } catch (IOException e) {
      hasBegun = false;
      closing.run();
      throw new IOException(name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> sources() {
    return part.sources().stream().map(each -> name + "/" + each).toList();
  }

  @Override
  public void close() {
    closing.run();
  }
}
