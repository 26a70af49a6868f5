package io.tributary.agent;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Asks a running program's {@link StatusServer}, as its commands do.
public final class StatusClient {
  private static final int CONNECT_MS = 5_000;

  private StatusClient() {}

  /// @param body of a refusal: its `error`
  public record Reply(int code, JsonObject body) {
    public boolean isDone() {
      return code < HttpURLConnection.HTTP_BAD_REQUEST;
    }

    /// Why it was refused.
    public String error() {
      return body.getString("error", "HTTP " + code);
    }
  }

  /// Sends a request without a body, an order if it is one.
  ///
  /// @param address `host:port`
  /// @param path with its query
  /// @throws IOException when nobody answers within a time, or not in JSON
  public static Reply ask(String method, Object address, String path, Duration within)
      throws IOException {
    HttpURLConnection connection;
    try {
      connection =
          (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    connection.setConnectTimeout(CONNECT_MS);
    connection.setReadTimeout((int) within.toMillis());
    connection.setRequestMethod(method);
    connection.setRequestProperty(Exchanges.HEADER, "a command");
    int code = connection.getResponseCode();
    try (InputStream in =
        code < HttpURLConnection.HTTP_BAD_REQUEST
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      if (in == null) {
        throw new IOException("HTTP " + code);
      }
      return new Reply(
          code, JsonParser.object().from(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (JsonParserException e) {
      throw new IOException("HTTP " + code + " without JSON", e);
    }
  }
}
