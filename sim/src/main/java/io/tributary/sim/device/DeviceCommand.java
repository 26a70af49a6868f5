package io.tributary.sim.device;

import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.board.GpioDevice;
import io.tributary.sim.field.board.I2cDevice;
import io.tributary.sim.field.modbus.ModbusRtuDevice;
import io.tributary.sim.field.modbus.ModbusTcpDevice;
import io.tributary.sim.field.serial.NmeaDevice;
import io.tributary.sim.field.serial.P1Device;
import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sim device`: one synthetic sensor that publishes until it is told to stop. Its subcommands are other devices: `mqtt` is a whole fleet.
@Command(
    name = "device",
    description = {
      "Publishes a synthetic signal as JSON {\"ts\":…,\"value\":…,\"seq\":…} and writes down what was",
      "acknowledged. SIGTERM ends the signal; what is under way is still waited for."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      FleetCommand.class,
      NmeaDevice.class,
      P1Device.class,
      ModbusTcpDevice.class,
      ModbusRtuDevice.class,
      GpioDevice.class,
      I2cDevice.class
    })
public final class DeviceCommand implements Callable<Integer> {
  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:1883",
      description = "the MQTT endpoint (default: ${DEFAULT-VALUE})")
  private String mqtt = "";

  // Not `required` for picocli, which would ask for it where a subcommand is named, too.
  @Option(names = "--topic", paramLabel = "T", description = "the MQTT topic (required)")
  private @Nullable String topic;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10",
      description = "readings per second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "how long to publish (default: until SIGTERM)")
  private long seconds;

  @Option(
      names = "--qos",
      paramLabel = "Q",
      defaultValue = "2",
      description = "0, 1 or 2 (default: ${DEFAULT-VALUE})")
  private int qos;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "100",
      description = "publishes that may wait for their acknowledgement (default: ${DEFAULT-VALUE})")
  private int window;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the signal (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--ledger", paramLabel = "L", description = "the file to write (required)")
  private @Nullable Path ledger;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long to wait for the last acknowledgements (default: ${DEFAULT-VALUE})")
  private long patienceS;

  @Spec private CommandSpec spec;

  private volatile boolean stopping;

  @Override
  public Integer call() throws InterruptedException {
    if (topic == null || ledger == null) {
      throw missing();
    }
    return publish(topic, ledger);
  }

  /// As picocli says it of an option that is `required`.
  private ParameterException missing() {
    List<String> names = new ArrayList<>();
    if (topic == null) {
      names.add("'--topic=T'");
    }
    if (ledger == null) {
      names.add("'--ledger=L'");
    }
    String what = "Missing required option" + (names.size() > 1 ? "s" : "") + ": ";
    return new ParameterException(spec.commandLine(), what + String.join(", ", names));
  }

  private int publish(String topic, Path ledger) throws InterruptedException {
    CountDownLatch settled = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopping = true;
                  try {
                    settled.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "device-stop"));
    String id = "device-" + topic.replace('/', '-');
    Signal signal = new Signal(seed);
    try (Publisher publisher =
        new Publisher(mqtt, id, topic, qos, window, new Ledger.Recorder(ledger, topic, id, qos))) {
      Pace pace = Pace.rate(rate);
      long endNanos = System.nanoTime() + seconds * 1_000_000_000L;
      for (long seq = 0; !stopping && (seconds == 0 || System.nanoTime() < endNanos); seq++) {
        pace.await(0);
        long now = System.currentTimeMillis();
        publisher.publish(seq, new Trace.Row(now, signal.at(now)).payload(seq));
      }
      return publisher.settle(Duration.ofSeconds(patienceS))
          ? ExitStatus.DONE
          : ExitStatus.CHECK_FAILED;
    } catch (IOException | MqttException e) {
      spec.commandLine().getErr().println("sim device: " + e.getMessage());
      return ExitStatus.WORLD;
    } finally {
      settled.countDown();
    }
  }
}
