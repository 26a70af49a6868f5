package io.tributary.device.sensor;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.device.part.Ds18b20;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The thermometers that the kernel has found on its 1-Wire buses (`Documentation/w1/slaves/w1_therm.rst`): those that are named, and all others.
final class OneWireProbe implements Probe {
  private static final String FAMILIES = "{22,28}-*";

  private final Path devices;
  private final Duration interval;
  private final Map<String, String> namesById;

  /// @param namesById those that should be there; what else is there has its id as its name
  OneWireProbe(Path devices, Duration interval, Map<String, String> namesById) {
    this.devices = devices;
    this.interval = interval;
    this.namesById = namesById;
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public List<Measurement> measure() throws IOException {
    List<Measurement> measured = new ArrayList<>();
    TreeSet<String> ids = new TreeSet<>(found());
    ids.addAll(namesById.keySet());
    for (String id : ids) {
      measured.add(measure(id));
    }
    return measured;
  }

  private List<String> found() throws IOException {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(devices, FAMILIES)) {
      found.forEach(each -> ids.add(each.getFileName().toString()));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      throw new IOException(
          devices + " is not there; is 1-Wire switched on in the board's configuration?", e);
    }
    return ids;
  }

  /// Reading the file makes the kernel measure, which takes up to 750 ms.
  private Measurement measure(String id) {
    String source = source(id) + "/temperature";
    try {
      byte[] text = Files.readAllBytes(devices.resolve(id).resolve("w1_slave"));
      return Ds18b20.of(source, new String(text, StandardCharsets.US_ASCII));
    } catch (NoSuchFileException e) {
      return Measurement.error(source, "it is not on the bus");
    } catch (IOException e) {
      return Measurement.error(source, "it does not answer: " + e.getMessage());
    }
  }

  private String source(String id) {
    return namesById.getOrDefault(id, id);
  }

  @Override
  public List<String> sources() {
    return namesById.isEmpty()
        ? List.of("bus")
        : namesById.values().stream().map(each -> each + "/temperature").toList();
  }

  @Override
  public void close() {}
}
