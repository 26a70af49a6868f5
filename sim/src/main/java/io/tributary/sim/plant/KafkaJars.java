package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.AppInfoParser;

/// Apache Kafka's server and command-line tools, of the version of our client. Maven fetches them when they are first needed
/// (`sim/kafka-peer/pom.xml`); they are kept under `sim/target`.
public record KafkaJars(Path directory) {
  /// Finds the jars, or fetches them.
  ///
  /// @throws IOException with Maven's own words when they cannot be fetched
  public static KafkaJars fetched() throws IOException, InterruptedException {
    Path home = Objects.requireNonNull(Path.of(Launcher.path()).toAbsolutePath().getParent());
    Path jars = home.resolve("sim/target/kafka-peer-" + version());
    if (!Files.isDirectory(jars)) {
      fetch(home, jars);
    }
    return new KafkaJars(jars);
  }

  /// The version of our client, and theirs.
  public static String version() {
    return AppInfoParser.getVersion();
  }

  /// For `java -cp`.
  public String classPath() {
    return directory + "/*";
  }

  /// They get their name when all are there.
  private static void fetch(Path home, Path jars) throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(home.resolve("sim/target"), "kafka-peer-");
    try {
      Path fetched = scratch.resolve("jars");
      Program maven =
          Program.foreign(
              "the fetching of Apache Kafka " + version(),
              List.of(
                  home.resolve("mvnw").toString(),
                  "-q",
                  "-B",
                  "-Dstyle.color=never",
                  "-f",
                  home.resolve("sim/kafka-peer/pom.xml").toString(),
                  "-Dkafka.version=" + version(),
                  "-DoutputDirectory=" + fetched,
                  "dependency:copy-dependencies"),
              Map.of("JAVA_HOME", System.getProperty("java.home")),
              scratch.resolve("maven.log"));
      try (maven) {
        if (maven.start().await() != 0) {
          throw new IOException(
              "Apache Kafka " + version() + " cannot be fetched:\n" + maven.endOfLog());
        }
      }
      Files.move(fetched, jars, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Plant.delete(scratch);
    }
  }
}
