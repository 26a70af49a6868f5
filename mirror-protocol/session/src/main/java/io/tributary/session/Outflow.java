package io.tributary.session;

import io.tributary.record.Gap;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.GapFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is sent next: the urgent classes first, then the others by weight, slice by slice, within credit and window.
///
/// Credit is taken for a whole batch with its first slice, so that a batch that has begun can always end. What is not
/// urgent leaves a quarter of the credit to what is.
final class Outflow {
  private static final int URGENT_SHARE = 4;

  private final List<ClassLane> lanes = new ArrayList<>();
  private final boolean hasUrgent;
  private final Pipe pipe;
  private long creditTotal;
  private long credit;

  Outflow(UplinkConfig config) {
    boolean urgent = false;
    for (StreamClass streamClass : config.classes()) {
      lanes.add(new ClassLane(streamClass));
      urgent |= streamClass.urgent();
    }
    hasUrgent = urgent;
    pipe = new Pipe(config.windowBytes());
  }

  void restart(long creditBytes, long nowNanos) {
    creditTotal = creditBytes;
    credit = creditBytes;
    pipe.restart(nowNanos);
    lanes.forEach(ClassLane::restart);
  }

  Pipe pipe() {
    return pipe;
  }

  long credit() {
    return credit;
  }

  /// False: the hub gave back more than it had given.
  boolean onCredit(long bytes) {
    credit += bytes;
    return credit <= creditTotal;
  }

  /// @throws IllegalArgumentException if no class has this name
  ClassLane lane(String className) {
    for (ClassLane lane : lanes) {
      if (lane.streamClass().name().equals(className)) {
        return lane;
      }
    }
    throw new IllegalArgumentException("no class is named " + className);
  }

  ClassLane laneOf(UplinkStream stream) {
    return lane(stream.offer().className());
  }

  /// Drops what is left of the stream's piece; what had begun stays taken from the credit until the hub gives it back.
  void drop(UplinkStream stream) {
    for (ClassLane lane : lanes) {
      if (lane.stream() == stream) {
        lane.drop();
      }
    }
  }

  /// Asks for the pieces that are missing. False: an answer is awaited, so the choice of what is next cannot be made.
  boolean ask(Effects<UplinkEffect> out) {
    boolean ready = true;
    for (ClassLane lane : lanes) {
      UplinkEffect.ReadNext effect = lane.ask();
      if (effect != null) {
        out.add(effect);
      }
      ready &= !lane.isWaiting();
    }
    return ready;
  }

  /// The next frame, already counted as sent; null if nothing may be sent now.
  @Nullable Frame next() {
    ClassLane lane = choose();
    return lane == null ? null : take(lane);
  }

  private @Nullable ClassLane choose() {
    boolean urgentWaits = false;
    ClassLane best = null;
    for (ClassLane lane : lanes) {
      if (lane.stream() == null) {
        continue;
      }
      if (lane.isUrgent()) {
        if (pipe.hasRoom(true) && (lane.isBegun() || credit >= lane.costBytes())) {
          return lane;
        }
        urgentWaits = true;
      } else if (pipe.hasRoom(false)
          && (lane.isBegun() || (!urgentWaits && hasCredit(lane.costBytes())))
          && (best == null || lane.served() < best.served())) {
        best = lane;
      }
    }
    return best;
  }

  private boolean hasCredit(int costBytes) {
    long kept = hasUrgent ? creditTotal / URGENT_SHARE : 0;
    return credit >= costBytes && (credit - costBytes >= kept || credit == creditTotal);
  }

  private @Nullable Frame take(ClassLane lane) {
    UplinkStream stream = lane.stream();
    if (stream == null) {
      return null;
    }
    if (!lane.isBegun()) {
      credit -= lane.costBytes();
      if (lane.wasSilent()) {
        lane.rejoin(leastServedBeside(lane));
      }
    }
    ByteBuffer batch = lane.batch();
    if (batch != null) {
      return slice(lane, stream, batch);
    }
    Gap gap = Objects.requireNonNull(lane.gap(), "a piece is a batch or a Gap");
    Frame frame = new GapFrame(stream.alias(), gap, lane.digestAtTo());
    pipe.sent(GapFrame.CREDIT_BYTES);
    lane.sent(GapFrame.CREDIT_BYTES);
    end(lane, stream);
    return frame;
  }

  private Frame slice(ClassLane lane, UplinkStream stream, ByteBuffer batch) {
    int offset = lane.sentBytes();
    int bytes = Math.min(batch.remaining() - offset, pipe.sliceBytes());
    ByteBuffer slice =
        bytes == batch.remaining() ? batch : batch.slice(batch.position() + offset, bytes);
    Frame frame = new Data(stream.alias(), batch.remaining(), offset, slice);
    pipe.sent(bytes);
    lane.sent(bytes);
    if (offset + bytes == batch.remaining()) {
      end(lane, stream);
    }
    return frame;
  }

  private static void end(ClassLane lane, UplinkStream stream) {
    stream.sentTo(lane.to(), lane.costBytes());
    lane.drop();
  }

  private double leastServedBeside(ClassLane self) {
    double least = Double.MAX_VALUE;
    for (ClassLane lane : lanes) {
      if (lane != self && !lane.isUrgent() && lane.stream() != null) {
        least = Math.min(least, lane.served());
      }
    }
    return least == Double.MAX_VALUE ? self.served() : least;
  }
}
