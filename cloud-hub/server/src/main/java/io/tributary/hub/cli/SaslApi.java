package io.tributary.hub.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// SaslHandshake 1 and SaslAuthenticate 0, in bytes (KIP-43, KIP-152).
final class SaslApi {
  static final short SASL_HANDSHAKE = 17;
  static final short SASL_HANDSHAKE_VERSION = 1;
  static final short SASL_AUTHENTICATE = 36;
  static final short SASL_AUTHENTICATE_VERSION = 0;

  private SaslApi() {}

  /// @param mechanisms by which the broker takes logins
  record Offer(short error, List<String> mechanisms) {}

  /// @param text of an error
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(short error, String text, byte[] token) {}

  static Offer readHandshake(ByteBuffer in) {
    short error = in.getShort();
    List<String> mechanisms = new ArrayList<>();
    for (int i = AnswerFields.count(in); i > 0; i--) {
      mechanisms.add(AnswerFields.string(in));
    }
    return new Offer(error, List.copyOf(mechanisms));
  }

  static void writeToken(DataOutputStream out, byte[] token) throws IOException {
    out.writeInt(token.length);
    out.write(token);
  }

  static Answer readAuthenticate(ByteBuffer in) {
    short error = in.getShort();
    String text = AnswerFields.string(in);
    byte[] token = new byte[AnswerFields.count(in)];
    in.get(token);
    return new Answer(error, text, token);
  }
}
