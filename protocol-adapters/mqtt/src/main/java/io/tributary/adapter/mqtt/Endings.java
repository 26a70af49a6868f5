package io.tributary.adapter.mqtt;

import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import javax.net.ssl.SSLException;

/// Why connections ended: counted, and the last one told. Event loop only.
final class Endings {
  private static final System.Logger LOG = System.getLogger(Endings.class.getName());

  private final String name;
  private final Counters counters;

  /// @param name of the endpoint, for the log
  Endings(String name, Counters counters) {
    this.name = name;
    this.counters = counters;
  }

  /// Counts a connection that is closed for a reason.
  void refused(Connection connection, Reason reason, String text) {
    Conversation conversation = connection.conversation();
    switch (reason) {
      case SESSION_TAKEN_OVER, SERVER_SHUTTING_DOWN, KEEP_ALIVE_TIMEOUT -> {
        return;
      }
      case SERVER_UNAVAILABLE,
          BAD_USER_NAME_OR_PASSWORD,
          NOT_AUTHORIZED -> {} // whoever refuses counts it
      case MALFORMED_PACKET -> counters.count(Counter.MALFORMED);
      default -> counters.count(Counter.PROTOCOL_ERRORS);
    }
    if (conversation.isGreeting()) {
      counters.count(Counter.CONNECTS_REFUSED);
    }
    counters.example(conversation.describe() + ": " + text);
  }

  /// Something went wrong with a connection that is not the client's words: the network, or a fault of ours.
  void failed(Connection connection, Throwable cause) {
    String who = connection.conversation().describe();
    if (cause instanceof IOException) {
      counters.example(who + ": " + cause.getMessage());
    } else if (cause instanceof DecoderException) {
      if (!(cause.getCause() instanceof SSLException)) { // those are counted as handshakes
        counters.count(Counter.WEBSOCKETS_REFUSED);
      }
      counters.example(who + ": " + cause.getMessage());
    } else {
      counters.count(Counter.FAULTS);
      counters.example(who + ": " + cause);
      LOG.log(System.Logger.Level.ERROR, name + ": closed " + who, cause);
    }
  }

  /// TLS did not come to be.
  void handshakeFailed(Connection connection, Throwable cause) {
    counters.count(Counter.HANDSHAKES_FAILED);
    counters.example(connection.conversation().describe() + ": no TLS: " + cause.getMessage());
  }
}
