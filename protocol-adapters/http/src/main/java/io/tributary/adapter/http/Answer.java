package io.tributary.adapter.http;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a client is told.
///
/// @param json the body
/// @param headers beside those of the body and the connection
record Answer(HttpResponseStatus status, String json, Map<String, String> headers) {
  static Answer error(HttpResponseStatus status, String text) {
    return new Answer(
        status, JsonWriter.string().object().value("error", text).end().done(), Map.of());
  }

  /// All elements of a request are decided.
  static Answer decided(String topic, Tally tally) {
    if (tally.quota() > 0) {
      return decided(
          HttpResponseStatus.INSUFFICIENT_STORAGE,
          topic,
          tally,
          "the quota of the topic's class is full, and it drops its newest: %d readings were dropped, a Gap says so; do not send them again"
              .formatted(tally.quota()));
    }
    if (tally.tooLarge() > 0) {
      return decided(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          topic,
          tally,
          "%d readings are larger than any batch can hold; do not send them again"
              .formatted(tally.tooLarge()));
    }
    return decided(HttpResponseStatus.OK, topic, tally, "");
  }

  /// The journal has failed, or stops.
  static Answer failed(String topic, Tally tally) {
    return decided(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            topic,
            tally,
            "the journal took no more: it has failed, or the edge stops; send again what is not logged")
        .retryAfter(Duration.ofSeconds(10));
  }

  /// The journal did not go on.
  ///
  /// @param inFlight elements that may be logged yet
  static Answer tooLate(String topic, Tally tally, int inFlight, Duration waited) {
    String text =
        inFlight > 0
            ? "%d readings wait for the disk since %d s and may be logged yet; under an Idempotency-Key the same may be sent again, without one it may be there twice"
                .formatted(inFlight, waited.toSeconds())
            : "the journal had no room for %d s; send again what is not logged"
                .formatted(waited.toSeconds());
    return decided(HttpResponseStatus.SERVICE_UNAVAILABLE, topic, tally, text).retryAfter(waited);
  }

  private static Answer decided(
      HttpResponseStatus status, String topic, Tally tally, String error) {
    JsonStringWriter json = JsonWriter.string().object();
    if (!error.isEmpty()) {
      json.value("error", error);
    }
    json.value("topic", topic).value("logged", tally.logged());
    if (tally.firstOffset() >= 0) {
      json.value("firstOffset", tally.firstOffset());
    }
    if (tally.lastOffset() >= 0) {
      json.value("lastOffset", tally.lastOffset());
    }
    return new Answer(status, json.end().done(), Map.of());
  }

  private Answer retryAfter(Duration time) {
    return with(HttpHeaderNames.RETRY_AFTER.toString(), Long.toString(time.toSeconds()));
  }

  /// The same with a header.
  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, json, more);
  }

  /// Lets a client send the body that it waits with.
  static FullHttpResponse goOn() {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE);
  }

  /// As it goes over the wire.
  ///
  /// @param isKeptAlive whether more may follow on this connection
  /// @param hasBody false for the answer to a HEAD, which has the headers alone
  FullHttpResponse response(boolean isKeptAlive, boolean hasBody) {
    ByteBuf text = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, hasBody ? text : Unpooled.EMPTY_BUFFER);
    HttpHeaders all = response.headers();
    all.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    all.set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes());
    all.set(
        HttpHeaderNames.CONNECTION,
        isKeptAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    headers.forEach(all::set);
    return response;
  }
}
