package io.tributary.adapter.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.tributary.adapter.measurement.Envelope;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the head of a request says, once it has been found good: all that can be refused before the body is refused here.
///
/// @param source of elements that name none
/// @param key the idempotency key; null when there is none
/// @param lengthBytes of the body as it comes; -1 when it is not said
/// @param isContinueExpected whether the client waits before it sends the body (RFC 9110, section 10.1.1)
record Head(
    Envelope topic,
    Form form,
    boolean isGzip,
    String source,
    @Nullable String key,
    long lengthBytes,
    boolean isContinueExpected) {
  private static final String PATH = "/topics/";

  /// What the decoder of the query puts in the place of bytes that are not UTF-8.
  private static final char REPLACED = '\uFFFD';

  private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?]*");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1," + Bounds.KEY_CHARACTERS + "}");

  /// @param tokens null: nobody is asked for one
  /// @param name the adapter's: the source, where the request says no other
  static Head read(HttpRequest request, HttpSettings settings, @Nullable Tokens tokens, String name)
      throws RequestRefused {
    checkForm(request);
    HttpHeaders headers = request.headers();
    if (tokens != null && !tokens.isLetIn(headers.get(HttpHeaderNames.AUTHORIZATION))) {
      throw RequestRefused.of(
              Counter.UNAUTHORIZED,
              HttpResponseStatus.UNAUTHORIZED,
              "say 'Authorization: Bearer TOKEN' with a token that the edge's token-file has")
          .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    if (headers.contains(HttpHeaderNames.ORIGIN)) {
      throw RequestRefused.of(
          Counter.FORBIDDEN,
          HttpResponseStatus.FORBIDDEN,
          "web pages may not post readings: a request with the header Origin is refused");
    }
    QueryStringDecoder query = query(request.uri());
    Envelope topic = topic(request, query, settings);
    Form form = Form.of(headers.get(HttpHeaderNames.CONTENT_TYPE, ""), topic);
    boolean isGzip = isGzip(headers);
    long length = HttpUtil.getContentLength(request, -1L);
    if (length > settings.limits().bodyBytes()) {
      throw RequestRefused.tooLarge(Body.tooLargeText(settings.limits().bodyBytes()));
    }
    return new Head(
        topic,
        form,
        isGzip,
        source(query, name),
        key(headers),
        length,
        isContinueExpected(request));
  }

  private static void checkForm(HttpRequest request) throws RequestRefused {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      throw RequestRefused.of(
          Counter.TOO_LARGE,
          HttpResponseStatus.REQUEST_URI_TOO_LONG,
          "the request line has more than " + Bounds.LINE_BYTES + " B");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      throw RequestRefused.of(
          Counter.TOO_LARGE,
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "the headers are larger than 'header-bytes' allows");
    }
    if (cause != null) {
      throw RequestRefused.malformed("this is no HTTP request: " + cause.getMessage());
    }
    if (request.protocolVersion().majorVersion() != 1) {
      throw RequestRefused.of(
          Counter.MALFORMED, HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "speak HTTP/1.1");
    }
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_1))) {
      throw RequestRefused.malformed("it must have one header Host"); // RFC 9112, section 3.2
    }
    checkTransfer(request.headers());
  }

  /// Chunks are undone by the decoder, and nothing else is: a body that is packed besides would be taken for what it is not.
  private static void checkTransfer(HttpHeaders headers) throws RequestRefused {
    for (String coding : headers.getAll(HttpHeaderNames.TRANSFER_ENCODING)) {
      if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding.strip())) {
        throw RequestRefused.of( // RFC 9112, section 6.1
            Counter.UNSUPPORTED,
            HttpResponseStatus.NOT_IMPLEMENTED,
            "its Transfer-Encoding is '"
                + Words.excerpt(coding)
                + "' but must be chunked, or left out; to pack a body say 'Content-Encoding: gzip'");
      }
    }
  }

  private static QueryStringDecoder query(String uri) throws RequestRefused {
    try {
      QueryStringDecoder query = new QueryStringDecoder(ABSOLUTE.matcher(uri).replaceFirst(""));
      query.parameters(); // decodes them
      query.path();
      return query;
    } catch (IllegalArgumentException e) {
      throw RequestRefused.malformed(
          "'" + Words.excerpt(uri) + "' is no address: " + e.getMessage());
    }
  }

  private static Envelope topic(
      HttpRequest request, QueryStringDecoder query, HttpSettings settings) throws RequestRefused {
    String path = query.path();
    Envelope topic =
        path.startsWith(PATH) ? settings.topics().get(path.substring(PATH.length())) : null;
    if (topic == null) {
      throw RequestRefused.of(
          Counter.NOT_FOUND,
          HttpResponseStatus.NOT_FOUND,
          "nothing is at '"
              + Words.excerpt(path)
              + "'; post to /topics/T, where T is one of "
              + Words.list(settings.topics().keySet()));
    }
    if (!request.method().equals(HttpMethod.POST)) {
      throw RequestRefused.of(
              Counter.METHOD_NOT_ALLOWED,
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              "readings are posted here; "
                  + Words.excerpt(request.method().name())
                  + " is not POST")
          .with(HttpHeaderNames.ALLOW, "POST");
    }
    return topic;
  }

  private static boolean isGzip(HttpHeaders headers) throws RequestRefused {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity").strip();
    boolean isGzip = encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip");
    if (!isGzip && !encoding.equalsIgnoreCase("identity")) {
      throw RequestRefused.unsupported(
          "its Content-Encoding is '"
              + Words.excerpt(encoding)
              + "' but must be gzip, or left out");
    }
    return isGzip;
  }

  private static String source(QueryStringDecoder query, String absent) throws RequestRefused {
    for (Map.Entry<String, List<String>> each : query.parameters().entrySet()) {
      if (!each.getKey().equals("source") || each.getValue().size() != 1) {
        throw RequestRefused.malformed(
            "the query may be ?source=NAME, once, and nothing else; it has '"
                + Words.excerpt(each.getKey())
                + "'");
      }
    }
    List<String> sources = query.parameters().getOrDefault("source", List.of(absent));
    String source = sources.get(0);
    if (source.indexOf(REPLACED) >= 0) {
      throw RequestRefused.malformed("the source in the query is not UTF-8");
    }
    if (source.isEmpty() || source.length() > Bounds.SOURCE_CHARACTERS) {
      throw RequestRefused.malformed(
          "the source in the query must have 1 to " + Bounds.SOURCE_CHARACTERS + " characters");
    }
    return source;
  }

  private static @Nullable String key(HttpHeaders headers) throws RequestRefused {
    List<String> keys = headers.getAll("Idempotency-Key");
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1 || !VISIBLE.matcher(keys.get(0)).matches()) {
      throw RequestRefused.malformed(
          "its Idempotency-Key must be one, of 1 to "
              + Bounds.KEY_CHARACTERS
              + " visible characters of ASCII");
    }
    return keys.get(0);
  }

  private static boolean isContinueExpected(HttpRequest request) throws RequestRefused {
    String expected = request.headers().get(HttpHeaderNames.EXPECT);
    if (expected == null || request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0) {
      return false;
    }
    if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected)) {
      throw RequestRefused.of(
          Counter.MALFORMED,
          HttpResponseStatus.EXPECTATION_FAILED,
          "it expects '" + Words.excerpt(expected) + "'; 100-continue alone can be had");
    }
    return true;
  }
}
