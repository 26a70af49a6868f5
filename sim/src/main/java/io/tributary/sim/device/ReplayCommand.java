package io.tributary.sim.device;

import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sim replay`: plays a recorded trace to an MQTT endpoint.
@Command(
    name = "replay",
    description = {
      "Publishes a CSV (timestamp,value) or NMEA trace as JSON {\"ts\":…,\"value\":…,\"seq\":…}",
      "and writes down what was acknowledged."
    },
    mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "the trace")
  private Path file = Path.of("");

  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:1883",
      description = "the MQTT endpoint (default: ${DEFAULT-VALUE})")
  private String mqtt = "";

  @Option(names = "--topic", paramLabel = "T", required = true, description = "the MQTT topic")
  private String topic = "";

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "rows per second (default: as fast as acknowledged)")
  private double rate;

  @Option(
      names = "--speedup",
      paramLabel = "X",
      description = "X times as fast as the trace's timestamps")
  private double speedup;

  @Option(
      names = "--qos",
      paramLabel = "Q",
      defaultValue = "2",
      description = "0, 1 or 2 (default: ${DEFAULT-VALUE})")
  private int qos;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "200",
      description = "publishes that may wait for their acknowledgement (default: ${DEFAULT-VALUE})")
  private int window;

  @Option(names = "--client-id", paramLabel = "ID", description = "default: replay-TOPIC")
  private @Nullable String clientId;

  @Option(names = "--ledger", paramLabel = "L", required = true, description = "the file to write")
  private Path ledger = Path.of("");

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "how long to wait for the last acknowledgements (default: ${DEFAULT-VALUE})")
  private long patienceS;

  @Option(names = "--json", description = "one JSON object at the end")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (qos < 0 || qos > 2 || window < 1 || window > 65_535) {
      spec.commandLine().getErr().println("sim replay: --qos is 0, 1 or 2, --window 1 to 65535");
      return ExitStatus.USAGE;
    }
    String id = clientId == null ? "replay-" + topic.replace('/', '-') : clientId;
    try {
      Trace trace = Trace.read(file);
      Pace pace = speedup > 0 ? Pace.speedup(speedup) : Pace.rate(rate);
      long started = System.nanoTime();
      try (Publisher publisher =
          new Publisher(
              mqtt, id, topic, qos, window, new Ledger.Recorder(ledger, topic, id, qos))) {
        Progress progress =
            new Progress(spec.commandLine().getErr(), "published", trace.rows().size());
        for (int i = 0; i < trace.rows().size(); i++) {
          Trace.Row row = trace.rows().get(i);
          pace.await(row.timestampMs());
          publisher.publish(i, row.payload(i));
          progress.at(i + 1L);
        }
        boolean settled = publisher.settle(Duration.ofSeconds(patienceS));
        progress.done();
        double seconds = (System.nanoTime() - started) / 1e9;
        String result =
            JsonWriter.string()
                .object()
                .value("published", publisher.published())
                .value("acknowledged", publisher.acknowledged())
                .value("reconnects", publisher.reconnects())
                .value("seconds", seconds)
                .end()
                .done();
        spec.commandLine()
            .getOut()
            .println(
                json
                    ? result
                    : publisher.acknowledged()
                        + " of "
                        + publisher.published()
                        + " acknowledged in "
                        + Math.round(seconds)
                        + " s, "
                        + publisher.reconnects()
                        + " reconnects");
        return settled ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
      }
    } catch (IOException | MqttException e) {
      spec.commandLine().getErr().println("sim replay: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }
}
