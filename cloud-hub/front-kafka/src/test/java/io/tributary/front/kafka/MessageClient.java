package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// A client that says one request at a time in Kafka's own words, in a version of its choice.
final class MessageClient implements AutoCloseable {
  private final RawClient client;
  private int correlationId;

  MessageClient(InetSocketAddress front) throws IOException {
    client = new RawClient(front);
  }

  /// Sends a request.
  void send(ApiMessage request, int version) throws IOException {
    ApiKeys api = ApiKeys.forId(request.apiKey());
    correlationId++;
    RequestHeaderData header =
        new RequestHeaderData()
            .setRequestApiKey(api.id)
            .setRequestApiVersion((short) version)
            .setCorrelationId(correlationId)
            .setClientId("test");
    short headerVersion = api.requestHeaderVersion((short) version);
    ByteBuffer head = MessageUtil.toByteBufferAccessor(header, headerVersion).buffer();
    ByteBuffer body = MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + head.remaining() + body.remaining());
    frame.putInt(head.remaining() + body.remaining()).put(head).put(body);
    client.send(frame.array());
  }

  /// Receives the answer to the request that was sent last.
  <T extends ApiMessage> T receive(T into, int version) throws IOException {
    ByteBufferAccessor answer = new ByteBufferAccessor(client.answer());
    short headerVersion = ApiKeys.forId(into.apiKey()).responseHeaderVersion((short) version);
    assertEquals(correlationId, new ResponseHeaderData(answer, headerVersion).correlationId());
    into.read(answer, (short) version);
    assertEquals(0, answer.remaining());
    return into;
  }

  <T extends ApiMessage> T ask(ApiMessage request, T into, int version) throws IOException {
    send(request, version);
    return receive(into, version);
  }

  boolean isClosed() throws IOException {
    return client.isClosed();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
