package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Packets that another hand has written, whole, cut short, and changed.
class NettyWritesWeReadTest {
  private static final int ROUNDS = 2000;
  private static final int MAX_PACKET = 1 << 20;

  private final Random random = new Random(11);

  @Test
  void publishesOfVersion5() throws PacketRefused {
    for (int i = 0; i < ROUNDS; i++) {
      String topic = word(1 + random.nextInt(60));
      byte[] payload = new byte[random.nextInt(random.nextBoolean() ? 40 : 20_000)];
      random.nextBytes(payload);
      int qos = random.nextInt(3);
      int packetId = 1 + random.nextInt(0xffff);
      int alias = 1 + random.nextInt(0xffff);
      String value = word(random.nextInt(200));
      MqttProperties written = new MqttProperties();
      written.add(new UserProperty("other", word(5)));
      written.add(new UserProperty("time", value));
      written.add(new IntegerProperty(Properties.TOPIC_ALIAS, alias));
      written.add(new IntegerProperty(Properties.MESSAGE_EXPIRY, random.nextInt() >>> 1));
      byte[] packet =
          write(
              MqttVersion.MQTT_5,
              MqttMessageBuilders.publish()
                  .topicName(topic)
                  .qos(MqttQoS.valueOf(qos))
                  .messageId(packetId)
                  .properties(written)
                  .payload(Unpooled.wrappedBuffer(payload))
                  .build());

      Framing framing = new Framing();
      assertTrue(framing.next(packet, 0, packet.length, MAX_PACKET));
      assertEquals(packet.length, framing.bodyTo());
      assertEquals(PacketType.PUBLISH << 4 | qos << 1, framing.header());
      Fields fields = new Fields();
      fields.over(packet, framing.bodyFrom(), framing.bodyTo());
      assertEquals(topic, fields.string());
      if (qos > 0) {
        assertEquals(packetId, fields.packetId());
      }
      Properties read = new Properties();
      read.read(fields, Properties.Holder.PUBLISH);
      assertEquals(alias, read.number(Properties.TOPIC_ALIAS, 0));
      assertEquals(value, read.value(Bed.bytes("time")));
      assertNull(read.value(Bed.bytes("absent")));
      assertArrayEquals(payload, fields.rest());
    }
  }

  @Test
  void connectsOfBothVersions() throws PacketRefused {
    for (int i = 0; i < ROUNDS; i++) {
      boolean five = random.nextBoolean();
      MqttConnectMessage written = connect(five);
      byte[] packet = write(five ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1, written);

      Connect read = readConnect(packet);
      assertEquals(five ? 5 : 4, read.version());
      assertEquals(written.payload().clientIdentifier(), read.clientId());
      assertEquals(written.variableHeader().isCleanSession(), read.cleanStart());
      assertEquals(written.variableHeader().keepAliveTimeSeconds(), read.keepAliveSeconds());
      assertEquals(written.variableHeader().isWillFlag(), read.will() != null);
      if (five) {
        assertEquals(77, read.sessionExpirySeconds());
        assertEquals(4096, read.maximumPacketBytes());
      }
    }
  }

  @Test
  void aPacketThatIsCutShortIsWaitedFor() throws PacketRefused {
    byte[] packet = write(MqttVersion.MQTT_5, connect(true));
    for (int length = 0; length < packet.length; length++) {
      assertFalse(new Framing().next(packet, 0, length, MAX_PACKET));
    }
  }

  @Test
  void aConnectThatLiesAboutItsLengthIsRefused() throws PacketRefused {
    for (int i = 0; i < 200; i++) {
      byte[] packet = write(MqttVersion.MQTT_5, connect(true));
      Framing framing = new Framing();
      assertTrue(framing.next(packet, 0, packet.length, MAX_PACKET));
      int body = framing.bodyFrom();
      for (int shorter = body; shorter < packet.length; shorter++) {
        byte[] cut = Arrays.copyOf(packet, shorter);
        assertThrows(PacketRefused.class, () -> readConnect(cut, body));
      }
    }
  }

  @Test
  void aChangedPacketIsReadOrRefusedAndNothingElse() throws PacketRefused {
    for (int i = 0; i < 20 * ROUNDS; i++) {
      byte[] packet = write(MqttVersion.MQTT_5, connect(random.nextBoolean()));
      for (int j = random.nextInt(3); j >= 0; j--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
      }
      try {
        readConnect(packet);
      } catch (PacketRefused refused) {
        assertTrue(refused.reason().isError());
      }
    }
  }

  private MqttConnectMessage connect(boolean five) {
    MqttMessageBuilders.ConnectBuilder builder =
        MqttMessageBuilders.connect()
            .protocolVersion(five ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1)
            .clientId(word(1 + random.nextInt(30)))
            .cleanSession(random.nextBoolean())
            .keepAlive(random.nextInt(0x10000));
    if (random.nextBoolean()) {
      builder
          .willFlag(true)
          .willTopic(word(9))
          .willQoS(MqttQoS.AT_LEAST_ONCE)
          .willMessage(Bed.bytes(word(30)));
    }
    if (random.nextBoolean()) {
      builder.username(word(8)).password(Bed.bytes(word(8)));
    }
    if (five) {
      MqttProperties properties = new MqttProperties();
      properties.add(new IntegerProperty(Properties.SESSION_EXPIRY, 77));
      properties.add(new IntegerProperty(Properties.MAXIMUM_PACKET_SIZE, 4096));
      properties.add(new UserProperty(word(4), word(4)));
      builder.properties(properties);
    }
    return builder.build();
  }

  private static Connect readConnect(byte[] packet) throws PacketRefused {
    Framing framing = new Framing();
    if (!framing.next(packet, 0, packet.length, MAX_PACKET)) {
      throw PacketRefused.malformed("not whole");
    }
    return readConnect(Arrays.copyOf(packet, framing.bodyTo()), framing.bodyFrom());
  }

  private static Connect readConnect(byte[] packet, int body) throws PacketRefused {
    Fields fields = new Fields();
    fields.over(packet, body, packet.length);
    return Connect.read(Connect.readVersion(fields), fields, new Properties());
  }

  private static byte[] write(MqttVersion version, MqttMessage packet) {
    EmbeddedChannel channel = new EmbeddedChannel(MqttEncoder.INSTANCE);
    if (!(packet instanceof MqttConnectMessage)) {
      // The encoder learns its version from a CONNECT.
      channel.writeOutbound(
          MqttMessageBuilders.connect().protocolVersion(version).clientId("x").build());
      channel.releaseOutbound();
    }
    channel.writeOutbound(packet);
    ByteBuf written = channel.readOutbound();
    byte[] bytes = new byte[written.readableBytes()];
    written.readBytes(bytes);
    written.release();
    channel.finishAndReleaseAll();
    return bytes;
  }

  private String word(int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.appendCodePoint(random.nextInt(8) == 0 ? 0x1f300 + i : 'a' + random.nextInt(26));
    }
    return word.toString();
  }
}
