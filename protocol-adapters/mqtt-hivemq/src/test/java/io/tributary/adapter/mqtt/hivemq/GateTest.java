package io.tributary.adapter.mqtt.hivemq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The gate and the cutter before it, with packets written by hand.
class GateTest {
  /// QoS 2, DUP, topic "t", identifier 0x1234, no properties, payload "ab".
  private static final String PUBLISH_2 = "3c08000174123400" + "6162";

  /// QoS 0, topic "t", no properties, no payload.
  private static final String PUBLISH_0 = "300400017400";

  private final List<String> seen = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private int readsComplete;

  /// The broker takes nothing.
  private boolean isStuck;

  private final Gate gate =
      new Gate(
          20,
          id -> told.add("released " + id),
          (id, reason) -> told.add("completed " + id + " " + reason));
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new Packets(),
          gate,
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext at, Object read) {
              ByteBuf packet = (ByteBuf) read;
              seen.add(
                  ByteBufUtil.hexDump(packet) + " " + gate.packetId() + " " + gate.isDuplicate());
              packet.release();
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext at) {
              readsComplete++;
            }
          }) {
        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
          if (!isStuck) {
            super.doWrite(in);
          }
        }
      };

  @Test
  void tellsThePublishThatIsOnItsWayHoweverTheStreamIsCut() {
    byte[] stream = ByteBufUtil.decodeHexDump(PUBLISH_2 + PUBLISH_0);
    for (int cut = 1; cut <= stream.length; cut++) {
      seen.clear();
      for (int from = 0; from < stream.length; from += cut) {
        int size = Math.min(cut, stream.length - from);
        channel.writeInbound(Unpooled.copiedBuffer(stream, from, size));
      }
      assertEquals(
          List.of(PUBLISH_2 + " 4660 true", PUBLISH_0 + " 0 false"), seen, "cut by " + cut);
    }
    assertEquals(0, gate.packetId());
  }

  /// MQTT 5, section 4.3.3, seen from the socket; the library is done with the message when its PUBREC is out.
  @Test
  void keepsTheSecondHalfOfQos2FromTheLibrary() {
    channel.writeOutbound(packet("50020007"));
    assertEquals("50020007", written(), "PUBREC is the library's");
    channel.runPendingTasks();
    assertEquals(List.of("62020007 0 false"), seen);
    assertEquals(1, readsComplete, "else it flushes nothing");
    channel.writeOutbound(packet("70020007"));
    assertNull(channel.readOutbound(), "its PUBCOMP ends here");

    channel.writeInbound(packet("62020007"));
    assertEquals(List.of("released 7"), told);
    assertEquals(1, seen.size());
    gate.complete(7);
    assertEquals("70020007", written());
  }

  @Test
  void theLibraryIsRidOfAnIdentifierBeforeTheNextPacketIsRead() {
    var written = channel.writeOneOutbound(packet("50021234"));
    var read = channel.writeOneInbound(packet(PUBLISH_2));
    assertNull(written.cause());
    assertNull(read.cause());
    assertEquals(List.of("62021234 0 false", PUBLISH_2 + " 4660 true"), seen);
    channel.runPendingTasks();
    assertEquals(2, seen.size());
  }

  @Test
  void aPubrelThatIsNoneIsLeftToTheLibrary() {
    for (String wrong : List.of("60020007", "62020000", "620107")) {
      channel.writeInbound(packet(wrong));
    }
    assertEquals(List.of(), told);
    assertEquals(3, seen.size());
  }

  @Test
  void tellsOfThePubcompThatComes() {
    channel.writeInbound(packet("70020007"), packet("7003000892"));
    assertEquals(List.of("completed 7 0", "completed 8 146"), told);
  }

  @Test
  void tellsTheBrokerItsOwnReceiveMaximum() {
    // Session expiry interval 0x11, receive maximum 0x21 of 65,534, client identifier "c".
    String head = "101600044d5154540500003c08" + "110000003c" + "21";
    channel.writeOutbound(packet(head + "fffe" + "000163"));
    assertEquals(head + "0014" + "000163", written());
  }

  @Test
  void whileItDoesNotReadThePingIsAnsweredInTheBrokersPlace() {
    channel.writeOutbound(packet("c000"));
    channel.runPendingTasks();
    assertEquals(List.of(), seen);
    gate.pause();
    assertFalse(channel.config().isAutoRead());
    channel.writeOutbound(packet("c000"));
    channel.runPendingTasks();
    assertEquals(List.of("d000 0 false"), seen);
    assertEquals("c000", written());
    assertEquals("c000", written(), "the broker must hear of both");
    gate.resume();
    assertTrue(channel.config().isAutoRead());
  }

  /// Else neither side would read, when the broker does not before it is read.
  @Test
  void readsOnWhileTheBrokerTakesNoAnswersAndKeepsThemInOrder() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    isStuck = true;
    channel.writeOutbound(packet("c000".repeat(200)));
    assertFalse(channel.isWritable());
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      channel.writeOutbound(packet("4002000" + i % 10), packet("5002000" + i % 10));
      gate.complete(i % 10);
      all.append("4002000%1$d5002000%1$d7002000%1$d".formatted(i % 10));
    }
    channel.runPendingTasks();
    assertTrue(channel.config().isAutoRead());
    assertNull(channel.readOutbound());
    isStuck = false;
    channel.flush();
    assertEquals("c000".repeat(200), written());
    assertEquals(all.toString(), written(), "in one piece");
  }

  @Test
  void aBrokerThatTakesNoAnswersAndSendsOnWithoutEndIsLeft() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    isStuck = true;
    channel.writeOutbound(packet("c000".repeat(200)));
    for (int i = 0; i < 2 * 65_535; i++) {
      gate.complete(1 + i % 65_535);
    }
    assertTrue(channel.isActive(), "so many it may be owed");
    for (int i = 0; i < Gate.ANSWERS_BYTES / 4; i++) {
      gate.complete(1);
    }
    assertFalse(channel.isActive());
  }

  private String written() {
    channel.runPendingTasks();
    ByteBuf packet = channel.readOutbound();
    String hex = ByteBufUtil.hexDump(packet);
    packet.release();
    return hex;
  }

  private static ByteBuf packet(String hex) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
  }
}
