package io.tributary.sim.field.source;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.plant.EdgePlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/// A client that posts readings, in turn one, an array and lines, some of them packed. A request that was not answered is sent again
/// with its Idempotency-Key until it is; now and then one that was answered is, too. So nothing may be there twice.
final class HttpSource extends Talker {
  private static final int TIMEOUT_MS = 10_000;
  private static final int READINGS_MOST = 20;
  private static final int PACKED_EACH = 5;
  private static final int REPEATED_EACH = 10;
  private static final long PAUSE_MS = 50;

  private final String address;
  private final SplittableRandom random;

  HttpSource(String name, String address, long seed, double perSecond) {
    super(new Account(name, Promise.ACKNOWLEDGED), name, perSecond);
    this.address = address;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.more(
        "  %s: {type: http, listen: \"%s\", topics: {%s: {}}}%n"
            .formatted(name(), address, name()));
  }

  @Override
  public void prepare() {}

  private enum Form {
    ONE("application/json"),
    ARRAY("application/json"),
    LINES("application/x-ndjson");

    private final String type;

    Form(String type) {
      this.type = type;
    }

    String body(List<String> readings) {
      return switch (this) {
        case ONE -> readings.getFirst();
        case ARRAY -> "[" + String.join(",", readings) + "]";
        case LINES -> String.join("\n", readings);
      };
    }
  }

  @Override
  void talk(int turn) throws IOException, InterruptedException, JsonParserException {
    Form form = Form.values()[turn % Form.values().length];
    int count = form == Form.ONE ? 1 : 1 + random.nextInt(READINGS_MOST);
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(account().say(name()));
    }
    String text =
        form.body(
            values.stream()
                .map(value -> "{\"source\":\"%s\",\"value\":%d}".formatted(name(), value))
                .collect(Collectors.toList()));
    boolean isPacked = turn % PACKED_EACH == 0;
    byte[] body = isPacked ? packed(text) : text.getBytes(StandardCharsets.UTF_8);
    for (int time = turn % REPEATED_EACH == 0 ? 0 : 1; time < 2; time++) {
      if (!postUntilAnswered("request-" + turn, form, isPacked, body, count)) {
        return;
      }
      if (time == 1) {
        values.forEach(account()::acknowledged);
      }
    }
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  /// @return false when it is over, and nobody knows what became of it
  private boolean postUntilAnswered(String key, Form form, boolean isPacked, byte[] body, int count)
      throws IOException, InterruptedException, JsonParserException {
    long untilNanos = Long.MAX_VALUE;
    while (!isAnswered(key, form, isPacked, body, count)) {
      if (isOver()) {
        untilNanos = Math.min(untilNanos, System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
        if (System.nanoTime() >= untilNanos) {
          return false;
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
    return true;
  }

  /// @return false when the same request is to be sent again
  /// @throws IOException when the edge answers what it must not
  private boolean isAnswered(String key, Form form, boolean isPacked, byte[] body, int count)
      throws IOException, JsonParserException {
    int status;
    String answer;
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + address + "/topics/" + name()).toURL().openConnection();
      connection.setRequestMethod("POST");
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length); // without it, the JDK repeats by itself
      connection.setRequestProperty("Content-Type", form.type);
      connection.setRequestProperty("Idempotency-Key", key);
      if (isPacked) {
        connection.setRequestProperty("Content-Encoding", "gzip");
      }
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      status = connection.getResponseCode();
      boolean isRefused = status >= HttpURLConnection.HTTP_BAD_REQUEST;
      try (var in = isRefused ? connection.getErrorStream() : connection.getInputStream()) {
        answer = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return false; // the edge is down, or went away before it answered
    }
    return switch (status) {
      case HttpURLConnection.HTTP_OK -> {
        if (JsonParser.object().from(answer).getInt("logged") != count) {
          throw new IOException("%s: of %d readings: %s".formatted(key, count, answer));
        }
        yield true;
      }
      case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_UNAVAILABLE -> false;
      default -> throw new IOException("%s is answered %d %s".formatted(key, status, answer));
    };
  }
}
