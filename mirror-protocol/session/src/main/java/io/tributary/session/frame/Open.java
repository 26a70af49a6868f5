package io.tributary.session.frame;

import java.nio.ByteBuffer;

/// The edge names a stream that it wants to mirror, and what it holds of it.
///
/// ```
///   0      4          5          13     21    29            37
///   +------+----------+----------+------+-----+-------------+--------+--------+
///   | alias| direction| stream id| start| end | digest at   | topic  | class  |
///   | u32  | u8       | u64      | u64  | u64 | end, u64    | string | string |
///   +------+----------+----------+------+-----+-------------+--------+--------+
/// ```
///
/// @param alias the stream's number in this session: 0, 1, 2 and so on, never used again within it
/// @param start the first offset that the edge still holds
/// @param end the end of what is durable at the edge
/// @param digestAtEnd the chain over the batches before `end`
public record Open(
    int alias,
    Direction direction,
    long streamId,
    long start,
    long end,
    long digestAtEnd,
    String topic,
    String className)
    implements Frame {
  public Open {
    FrameLimits.checkRange("alias", alias, 0, Integer.MAX_VALUE);
    FrameLimits.checkRange("streamId", streamId, 0, Long.MAX_VALUE);
    FrameLimits.checkRange("end", end, 0, Long.MAX_VALUE);
    FrameLimits.checkRange("start", start, 0, end);
    FrameLimits.checkText("topic", topic, 1, FrameLimits.TOPIC_BYTES);
    FrameLimits.checkText("class", className, 1, FrameLimits.CLASS_NAME_BYTES);
  }

  @Override
  public void encodeBody(ByteBuffer into) {
    into.putInt(alias).put(direction.id()).putLong(streamId);
    into.putLong(start).putLong(end).putLong(digestAtEnd);
    BodyReader.putText(into, topic);
    BodyReader.putText(into, className);
  }

  static Open decode(BodyReader in) throws FrameRefused {
    Open open =
        new Open(
            in.i32(),
            Direction.byId(in.u8()),
            in.i64(),
            in.i64(),
            in.i64(),
            in.i64(),
            in.text(FrameLimits.TOPIC_BYTES),
            in.text(FrameLimits.CLASS_NAME_BYTES));
    in.end();
    return open;
  }
}
