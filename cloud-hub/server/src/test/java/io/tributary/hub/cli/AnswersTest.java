package io.tributary.hub.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.settings.HostAndPort;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Answers that are whole, cut short, and that lie about their length.
class AnswersTest {
  private static final HostAndPort HUB = new HostAndPort("hub", 9092);

  @Test
  void readsAnAnswerToProduce() throws IOException {
    byte[] bytes = produced(1);
    assertEquals(
        new ProduceApi.Answer(2, (short) 87, 17, "its record 4: odd; refused"),
        AnswerFields.parse(HUB, ByteBuffer.wrap(bytes), ProduceApi::read));
    everyCutIsTold(bytes, bytes.length - Integer.BYTES, ProduceApi::read);
    assertTold(produced(Integer.MAX_VALUE), ProduceApi::read);
  }

  @Test
  void readsCompactFields() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    String text = "x".repeat(300);
    RequestFields.compactString(out, text);
    RequestFields.compactCount(out, 0);
    RequestFields.noTags(out);
    byte[] all = bytes.toByteArray();
    Function<ByteBuffer, String> read =
        in -> {
          String found = AnswerFields.compactString(in) + AnswerFields.compactCount(in);
          AnswerFields.skipTags(in);
          return found;
        };
    assertEquals(text + 0, AnswerFields.parse(HUB, ByteBuffer.wrap(all), read));
    everyCutIsTold(all, all.length, read);
    byte[] endless = {-1, -1, -1, -1, -1, -1};
    assertTold(endless, read);
  }

  private static byte[] produced(int topics) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(topics);
    RequestFields.string(out, "orders");
    out.writeInt(1);
    out.writeInt(2); // partition
    out.writeShort(87); // INVALID_RECORD
    out.writeLong(17);
    out.writeLong(-1); // time of appending
    out.writeLong(0); // start offset
    out.writeInt(1);
    out.writeInt(4); // the record in the batch
    RequestFields.string(out, "odd");
    RequestFields.string(out, "refused");
    out.writeInt(0); // throttle time
    return bytes.toByteArray();
  }

  private static void everyCutIsTold(byte[] whole, int needed, Function<ByteBuffer, ?> read) {
    for (int length = 0; length < needed; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length).slice();
      assertThrows(IOException.class, () -> AnswerFields.parse(HUB, cut, read), "at " + length);
    }
  }

  private static void assertTold(byte[] lie, Function<ByteBuffer, ?> read) {
    assertThrows(IOException.class, () -> AnswerFields.parse(HUB, ByteBuffer.wrap(lie), read));
  }
}
