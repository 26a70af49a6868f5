package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// How a hub of the plant is set up.
///
/// @param before a command that runs the launcher's, as `ip netns exec NAME`; empty for none
/// @param moreYaml further keys at the top level, or empty
public record HubPlan(
    String mirror,
    String kafka,
    String http,
    Path dataDirectory,
    List<String> before,
    String moreYaml) {

  /// On loopback, with its data under the plant's directory.
  public static HubPlan of(Plant plant, String moreYaml) throws IOException {
    return new HubPlan(
        plant.freeAddress(),
        plant.freeAddress(),
        plant.freeAddress(),
        plant.directory().resolve("hub"),
        List.of(),
        moreYaml);
  }

  public HubPlan in(Path newDataDirectory) {
    return new HubPlan(mirror, kafka, http, newDataDirectory, before, moreYaml);
  }

  public HubPlan at(String newMirror, String newKafka, String newHttp) {
    return new HubPlan(newMirror, newKafka, newHttp, dataDirectory, before, moreYaml);
  }

  public HubPlan behind(List<String> newBefore) {
    return new HubPlan(mirror, kafka, http, dataDirectory, newBefore, moreYaml);
  }

  public HubPlan more(String yaml) {
    return new HubPlan(mirror, kafka, http, dataDirectory, before, moreYaml + yaml);
  }
}
