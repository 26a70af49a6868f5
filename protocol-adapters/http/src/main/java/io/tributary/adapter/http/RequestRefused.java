package io.tributary.adapter.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.Serial;

/// A request that is not taken, and why. Nothing of it is logged.
final class RequestRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Answer answer;
  private final Counter counter;

  private RequestRefused(Counter counter, Answer answer, String text) {
    super(text, null, false, false); // a client's mistake has no stack that anybody wants to see
    this.answer = answer;
    this.counter = counter;
  }

  static RequestRefused of(Counter counter, HttpResponseStatus status, String text) {
    return new RequestRefused(counter, Answer.error(status, text), text);
  }

  static RequestRefused malformed(String text) {
    return of(Counter.MALFORMED, HttpResponseStatus.BAD_REQUEST, text);
  }

  static RequestRefused unsupported(String text) {
    return of(Counter.UNSUPPORTED, HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, text);
  }

  static RequestRefused tooLarge(String text) {
    return of(Counter.TOO_LARGE, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, text);
  }

  /// The client may come again.
  static RequestRefused later(
      Counter counter, HttpResponseStatus status, int afterSeconds, String text) {
    Answer answer =
        Answer.error(status, text)
            .with(HttpHeaderNames.RETRY_AFTER.toString(), Integer.toString(afterSeconds));
    return new RequestRefused(counter, answer, text);
  }

  /// It met a mistake of ours, which is counted already.
  static RequestRefused bug(RuntimeException bug) {
    return of(
        Counter.REQUESTS_FAILED,
        HttpResponseStatus.INTERNAL_SERVER_ERROR,
        "this request met a bug of the edge, please report it: " + bug);
  }

  /// The same with a header.
  RequestRefused with(CharSequence header, String value) {
    return new RequestRefused(counter, answer.with(header.toString(), value), text());
  }

  Answer answer() {
    return answer;
  }

  Counter counter() {
    return counter;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
