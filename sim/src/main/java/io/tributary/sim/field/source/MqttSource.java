package io.tributary.sim.field.source;

import io.tributary.sim.device.Publisher;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/// A device that publishes at QoS 1, with a session that lasts. What it had to send again may be there twice.
final class MqttSource extends Talker {
  private static final int QOS = 1;
  private static final int WINDOW = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path ledger;
  private @Nullable Publisher publisher;

  MqttSource(String name, Path directory, double perSecond) {
    super(new Account(name, Promise.ACKNOWLEDGED), name, perSecond);
    this.ledger = directory.resolve(name + ".ledger");
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.mapping("{filter: \"%s/#\", topic: %s}".formatted(name(), name()));
  }

  @Override
  public void prepare() {}

  @Override
  public void start(Edge edge) throws IOException, InterruptedException {
    String topic = name() + "/device";
    try {
      publisher =
          new Publisher(
              edge.mqtt(),
              name(),
              topic,
              QOS,
              WINDOW,
              new Ledger.Recorder(ledger, topic, name(), QOS));
    } catch (MqttException e) {
      throw new IOException(e);
    }
    super.start(edge);
  }

  @Override
  void talk(int turn) throws InterruptedException, MqttException {
    Publisher to = publisher;
    if (to != null) {
      long value = account().say(name());
      to.publish(
          value,
          "{\"source\":\"%s\",\"value\":%d,\"quality\":\"good\"}".formatted(name(), value),
          "");
    }
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    super.stop();
    Publisher to = publisher;
    if (to == null) {
      return;
    }
    if (!to.settle(PATIENCE)) {
      throw new IOException(name() + " was not acknowledged everything");
    }
    to.close();
    publisher = null;
    Ledger written = Ledger.read(ledger);
    written.acked().keySet().forEach(account()::acknowledged);
    written.again().forEach(account()::mayRepeat);
  }

  @Override
  public void close() throws IOException {
    super.close();
    Publisher to = publisher;
    if (to != null) {
      to.close();
    }
  }
}
