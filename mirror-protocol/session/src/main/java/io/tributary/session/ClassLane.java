package io.tributary.session;

import io.tributary.record.Gap;
import io.tributary.session.frame.GapFrame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The piece of one class that is being sent: a batch, of which some slices have gone, or a Gap.
final class ClassLane {
  private final StreamClass streamClass;
  private final UplinkEffect.ReadNext readNext;

  /// The owner was asked for a piece and has not answered.
  private boolean asked;

  /// The journal had nothing more when it was asked last.
  private boolean dry = true;

  /// It had nothing to send for a while, so its share begins anew.
  private boolean wasSilent = true;

  /// Bytes sent, divided by the weight: whoever has the least is next.
  private double served;

  private @Nullable UplinkStream stream;
  private @Nullable ByteBuffer batch;
  private @Nullable Gap gap;
  private long to;
  private long digestAtTo;
  private int sentBytes;

  ClassLane(StreamClass streamClass) {
    this.streamClass = streamClass;
    this.readNext = new UplinkEffect.ReadNext(streamClass.name());
  }

  void restart() {
    drop();
    asked = false;
    dry = true;
    wasSilent = true;
    served = 0;
  }

  StreamClass streamClass() {
    return streamClass;
  }

  boolean isUrgent() {
    return streamClass.urgent();
  }

  /// Asks for a piece if there may be one.
  UplinkEffect.@Nullable ReadNext ask() {
    if (asked || dry || stream != null) {
      return null;
    }
    asked = true;
    return readNext;
  }

  boolean isWaiting() {
    return asked;
  }

  void wake() {
    dry = false;
  }

  void onNothing() {
    asked = false;
    dry = true;
    wasSilent = true;
  }

  /// The answer cannot be used, or the piece is at an end: ask again.
  void drop() {
    asked = false;
    stream = null;
    batch = null;
    gap = null;
    sentBytes = 0;
  }

  void put(UplinkStream ofStream, ByteBuffer bytes, long end) {
    drop();
    stream = ofStream;
    batch = bytes;
    to = end;
  }

  void put(UplinkStream ofStream, Gap ofGap, long digest) {
    drop();
    stream = ofStream;
    gap = ofGap;
    to = ofGap.to();
    digestAtTo = digest;
  }

  @Nullable UplinkStream stream() {
    return stream;
  }

  @Nullable ByteBuffer batch() {
    return batch;
  }

  @Nullable Gap gap() {
    return gap;
  }

  long to() {
    return to;
  }

  long digestAtTo() {
    return digestAtTo;
  }

  /// What the piece takes of the credit, all of it with its first slice.
  int costBytes() {
    return batch == null ? GapFrame.CREDIT_BYTES : batch.remaining();
  }

  boolean isBegun() {
    return sentBytes > 0;
  }

  int sentBytes() {
    return sentBytes;
  }

  void sent(int bytes) {
    sentBytes += bytes;
    served += (double) bytes / streamClass.weight();
  }

  double served() {
    return served;
  }

  boolean wasSilent() {
    return wasSilent;
  }

  /// A class that was silent does not get back what it missed.
  void rejoin(double leastServed) {
    wasSilent = false;
    served = Math.max(served, leastServed);
  }
}
