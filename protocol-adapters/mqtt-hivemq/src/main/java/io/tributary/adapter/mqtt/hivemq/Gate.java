package io.tributary.adapter.mqtt.hivemq;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Stands between the library and the socket, sees each packet whole, and does what the library does not: it knows the identifier and the
/// flag DUP of the publish that the library is giving out, keeps the second half of QoS 2 to itself, stops reading without losing the
/// connection, and tells the broker a receive maximum of which the library does not know. The event loop's thread alone.
///
/// The library holds an identifier from PUBLISH to PUBREL, and ends the connection when the broker uses it anew before. Mosquitto does,
/// once it has sent 65,535 messages and repeats old ones. So it is told of a PUBREL as soon as its PUBREC is out, its PUBCOMP ends
/// here, and the broker's PUBREL goes to the bridge, which tells messages apart.
///
/// A broker may stop reading until we have read what it sends: so we always read on, whether it takes our answers or not. Meanwhile they
/// lie here back to back, four bytes each, and a broker is owed at most two for each of the 65,535 identifiers.
///
/// The library decodes a packet, and gives the publish in it to us, before {@link #channelRead} returns: so what was read of the packet
/// belongs to that publish.
final class Gate extends ChannelDuplexHandler {
  /// The receive maximum that the library is given. It ends a connection whose broker sends more than it was told, and Mosquitto does
  /// that as soon as the first are acknowledged; what comes too much is bounded by the {@link HandOver}. Not the default, 65,535, which
  /// the library would leave out of CONNECT.
  static final int LIBRARYS_RECEIVE_MAXIMUM = 65_534;

  /// A broker that takes no answers and lets more than these become due uses identifiers that are not free: its connection ends, else
  /// they would fill the memory.
  static final int ANSWERS_BYTES = 1 << 20;

  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int PUBREC = 5;
  private static final int PUBREL = 6;
  private static final int PUBCOMP = 7;
  private static final int PINGREQ = 12;
  private static final int PINGRESP = 13;
  private static final int DUP = 8;

  private final int receiveMaximum;
  private final IntConsumer released;
  private final Answer completed;
  private @Nullable ChannelHandlerContext context;
  private boolean isPaused;
  private boolean isFlushing;

  /// PUBACK, PUBREC and PUBCOMP on their way to the broker.
  private @Nullable ByteBuf answers;

  private int packetId;
  private boolean duplicate;

  /// Identifiers whose PUBREC is out, and which the library is to be rid of.
  private final Deque<Integer> recorded = new ArrayDeque<>();

  /// The broker's PUBCOMP.
  interface Answer {
    /// @param reason section 3.7.2.1
    void come(int packetId, int reason);
  }

  /// @param receiveMaximum what the broker is told
  /// @param released told the identifier of the broker's PUBREL
  /// @param completed told when the broker has sent PUBCOMP, of which the library tells nothing
  Gate(int receiveMaximum, IntConsumer released, Answer completed) {
    this.receiveMaximum = receiveMaximum;
    this.released = released;
    this.completed = completed;
  }

  /// The identifier of the PUBLISH or PUBREC that is on its way through the library; 0 when none is, or it is of QoS 0.
  int packetId() {
    return packetId;
  }

  /// The flag DUP of that publish.
  boolean isDuplicate() {
    return duplicate;
  }

  /// Reads no further. What the library hears of the broker meanwhile is said by {@link #write}.
  void pause() {
    isPaused = true;
    readOrNot();
  }

  void resume() {
    isPaused = false;
    readOrNot();
  }

  private void readOrNot() {
    ChannelHandlerContext at = context;
    if (at != null) {
      at.channel().config().setAutoRead(!isPaused);
    }
  }

  /// Sends PUBCOMP (MQTT 5, section 3.7), with reason "success".
  void complete(int id) {
    ChannelHandlerContext at = context;
    if (at != null && at.channel().isActive()) {
      answers(at).writeByte(PUBCOMP << 4).writeByte(2).writeShort(id);
      bound(at);
      flush(at);
    }
  }

  private ByteBuf answers(ChannelHandlerContext at) {
    ByteBuf waiting = answers;
    if (waiting == null) {
      waiting = at.alloc().buffer();
      answers = waiting;
    }
    return waiting;
  }

  private void bound(ChannelHandlerContext at) {
    ByteBuf waiting = answers;
    if (waiting != null && waiting.readableBytes() > ANSWERS_BYTES) {
      var unused = at.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext at) {
    context = at;
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object read) {
    forget(at);
    int type = 0;
    int reason = 0;
    if (read instanceof ByteBuf packet) {
      type = typeOf(packet);
      if (type == PUBREL && isSound(packet)) {
        int id = packet.getUnsignedShort(bodyFrom(packet));
        packet.release();
        released.accept(id);
        return;
      }
      if (type == PUBLISH) {
        lookAtPublish(packet);
      } else if (type == PUBREC || type == PUBCOMP) {
        reason = lookAtAnswer(packet);
      }
    }
    int id = packetId;
    at.fireChannelRead(read);
    packetId = 0;
    duplicate = false;
    if (type == PUBCOMP && id != 0) {
      completed.come(id, reason);
    }
  }

  /// A PUBREL that is none is left to the library, which tells the broker.
  private static boolean isSound(ByteBuf pubrel) {
    int at = bodyFrom(pubrel);
    return pubrel.getByte(pubrel.readerIndex()) == (PUBREL << 4 | 2)
        && pubrel.writerIndex() - at >= 2
        && pubrel.getUnsignedShort(at) != 0;
  }

  /// Takes from the library what it holds of publishes that have their PUBREC.
  private void forget(ChannelHandlerContext at) {
    for (Integer id = recorded.poll(); id != null; id = recorded.poll()) {
      if (at.channel().isActive()) {
        at.fireChannelRead(
            at.alloc().buffer(4).writeByte(PUBREL << 4 | 2).writeByte(2).writeShort(id));
      }
    }
  }

  private static int typeOf(ByteBuf packet) {
    return packet.isReadable() ? packet.getUnsignedByte(packet.readerIndex()) >>> 4 : 0;
  }

  /// ```
  ///  5 or 7 u4 | 0 u4 | remaining length | packet identifier u16 | reason u8, absent where it is 0 and the last
  /// ```
  ///
  /// Sections 3.5 and 3.7.
  ///
  /// @return the reason
  private int lookAtAnswer(ByteBuf packet) {
    int at = bodyFrom(packet);
    int rest = packet.writerIndex() - at;
    packetId = rest < 2 ? 0 : packet.getUnsignedShort(at);
    return rest < 3 ? 0 : packet.getUnsignedByte(at + 2);
  }

  /// ```
  ///  3 u4 | DUP u1 | QoS u2 | RETAIN u1 | remaining length | topic length u16 | topic | packet identifier u16, at QoS 1 and 2
  /// ```
  ///
  /// Section 3.3. A packet that is cut short is left to the library.
  private void lookAtPublish(ByteBuf packet) {
    int end = packet.writerIndex();
    int head = packet.getUnsignedByte(packet.readerIndex());
    if ((head >>> 1 & 3) == 0) {
      return;
    }
    int at = bodyFrom(packet);
    if (at + 2 > end) {
      return;
    }
    at += 2 + packet.getUnsignedShort(at);
    if (at + 2 > end) {
      return;
    }
    packetId = packet.getUnsignedShort(at);
    duplicate = (head & DUP) != 0;
  }

  /// Where a packet's body begins; its end where it is cut short.
  private static int bodyFrom(ByteBuf packet) {
    int at = packet.readerIndex() + 1;
    while (at < packet.writerIndex() && packet.getByte(at) < 0) {
      at++;
    }
    return at + 1;
  }

  /// ```
  ///  1 u8 | remaining length | 0 4 M Q T T | 5 u8 | flags u8 | keep alive u16 | properties' length | properties | ...
  /// ```
  ///
  /// Section 3.1. The properties that the library writes before the receive maximum have fixed lengths.
  private void tellReceiveMaximum(ByteBuf connect) {
    int at = bodyFrom(connect) + 10;
    while (connect.getByte(at) < 0) {
      at++;
    }
    at++;
    while (true) {
      int property = connect.getByte(at);
      switch (property) {
        case 0x21 -> { // receive maximum u16
          connect.setShort(at + 1, receiveMaximum);
          return;
        }
        case 0x11, 0x27 -> at += 5; // session expiry interval u32, maximum packet size u32
        case 0x22 -> at += 3; // topic alias maximum u16
        case 0x17, 0x19 ->
            at += 2; // request problem information u8, request response information u8
        default ->
            throw new IllegalStateException(
                "the library's CONNECT tells no receive maximum before property " + property);
      }
    }
  }

  /// The library flushes each acknowledgement by itself; those of one turn of the loop cost one system call.
  @Override
  public void flush(ChannelHandlerContext at) {
    if (!isFlushing) {
      isFlushing = true;
      at.executor()
          .execute(() -> {
            isFlushing = false;
            writeAnswers(at);
            at.flush();
          });
    }
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // a connection that does not take them ends, and says so
  private void writeAnswers(ChannelHandlerContext at) {
    ByteBuf waiting = answers;
    if (waiting != null && at.channel().isWritable()) {
      answers = null;
      at.write(waiting, at.voidPromise());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext at) {
    if (answers != null) {
      flush(at);
    }
    at.fireChannelWritabilityChanged();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext at) {
    ByteBuf waiting = answers;
    if (waiting != null) {
      answers = null;
      waiting.release();
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the promise is the library's
  public void write(ChannelHandlerContext at, Object written, ChannelPromise promise) {
    int type = written instanceof ByteBuf packet ? typeOf(packet) : 0;
    if (written instanceof ByteBuf packet) {
      switch (type) {
        case CONNECT -> tellReceiveMaximum(packet);
        case PUBACK, PUBREC -> {
          if (type == PUBREC) {
            forgetSoon(at, packet.getUnsignedShort(bodyFrom(packet)));
          }
          answers(at).writeBytes(packet);
          bound(at);
          done(packet, promise);
          return;
        }
        case PUBCOMP -> { // the bridge sends it
          done(packet, promise);
          return;
        }
        default -> {
          // As it is.
        }
      }
    }
    at.write(written, promise);
    if (type == PINGREQ && isPaused) {
      // Its answer lies behind what is not read. A broker that is gone is found out by what is sent
      // to it.
      at.executor()
          .execute(() -> {
            at.fireChannelRead(at.alloc().buffer(2).writeShort(PINGRESP << 12));
            at.fireChannelReadComplete();
          });
    }
  }

  private static void done(ByteBuf packet, ChannelPromise promise) {
    packet.release();
    if (!promise.isVoid()) {
      promise.setSuccess();
    }
  }

  private void forgetSoon(ChannelHandlerContext at, int id) {
    if (recorded.isEmpty()) {
      // Not now: the library has not noted it yet. And as if all of a packet were read: it
      // flushes nothing in the middle of one.
      at.executor()
          .execute(() -> {
            forget(at);
            at.fireChannelReadComplete();
          });
    }
    recorded.add(id);
  }
}
