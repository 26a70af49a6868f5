package io.tributary.sim.bench;

import io.tributary.sim.plant.Launcher;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;

/// Apache Kafka on a single node, as its distribution starts it: broker and controller in one
/// process, its defaults but for addresses and directories. Its jars are fetched by Maven when they
/// are first needed (`sim/kafka-peer/pom.xml`) and kept under `sim/target`.
final class KafkaPeer {
  /// What `kafka-server-start.sh` and `kafka-run-class.sh` give the JVM.
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx1G",
          "-Xms1G",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent",
          "-Djava.awt.headless=true",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

  private static final long ANSWER_MS = 1_000;

  private final Path jars;

  private KafkaPeer(Path jars) {
    this.jars = jars;
  }

  /// The version of the client that we measure with.
  static String version() {
    return AppInfoParser.getVersion();
  }

  /// Finds the jars, or fetches them.
  ///
  /// @throws IOException with Maven's own words when they cannot be fetched
  static KafkaPeer fetched() throws IOException, InterruptedException {
    Path home = Path.of(Launcher.path()).toAbsolutePath().resolveSibling("");
    Path jars = home.resolve("sim/target/kafka-peer-" + version());
    if (!Files.isDirectory(jars)) {
      fetch(home, jars);
    }
    return new KafkaPeer(jars);
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

  /// Formats a node's directory and starts it.
  ///
  /// @param moreProperties further lines of its `server.properties`, or empty
  KafkaServer start(Plant plant, String name, String moreProperties)
      throws IOException, InterruptedException {
    String broker = plant.freeAddress();
    String controller = plant.freeAddress();
    Path config = plant.directory().resolve(name + ".properties");
    Files.writeString(
        config,
        """
        process.roles=broker,controller
        node.id=1
        listeners=PLAINTEXT://%1$s,CONTROLLER://%2$s
        advertised.listeners=PLAINTEXT://%1$s,CONTROLLER://%2$s
        controller.listener.names=CONTROLLER
        controller.quorum.bootstrap.servers=%2$s
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        %4$s
        """
            .formatted(broker, controller, plant.directory().resolve(name), moreProperties));
    Program format =
        program(
            plant,
            name + "-format",
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            "--cluster-id",
            Uuid.randomUuid().toString(),
            "--config",
            config.toString());
    if (format.start().await() != 0) {
      throw new IOException("Apache Kafka's directory is not formatted:\n" + format.endOfLog());
    }
    Program server = program(plant, name, "kafka.Kafka", config.toString()).start();
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
    try (Admin admin = Admin.create(properties)) {
      server.awaitUntil("ready", Plant.READY, () -> knowsItself(admin));
    }
    return new KafkaServer(name, server, broker);
  }

  private Program program(Plant plant, String name, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.add("-cp");
    command.add(jars + "/*");
    command.add(main);
    command.addAll(List.of(arguments));
    return plant.closes(
        Program.foreign(name, command, Map.of(), plant.directory().resolve(name + ".log")));
  }

  /// A broker is among the nodes once its controller has let it in; before, it takes no topics.
  private static boolean knowsItself(Admin admin) {
    try {
      return !admin.describeCluster().nodes().get(ANSWER_MS, TimeUnit.MILLISECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
