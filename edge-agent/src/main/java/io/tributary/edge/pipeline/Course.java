package io.tributary.edge.pipeline;

import io.tributary.adapter.Found;
import io.tributary.adapter.TopicPosition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Places along a topic, which never go back, over the streams that it has had: where a stream was sealed its successor's offsets
/// begin anew, and the places go on.
///
/// ```
/// version u8 │ count u8 │ each: place i64, stream i64, offset i64
/// ```
///
/// @param legs in order: from `place` on, places are offsets of `stream`, the first of which is `offset`
record Course(List<Leg> legs) {
  /// The name of its entry.
  static final String KEY = "course";

  /// Before anything was read.
  static final Course UNKNOWN = new Course(List.of());

  private static final int VERSION = 1;

  /// Streams between two saved states; a topic is sealed seldom.
  private static final int LEGS_MOST = 100;

  /// A part of it.
  record Leg(long place, long stream, long offset) {}

  /// Of a pipeline whose place 0 is there.
  static Course beginningAt(TopicPosition first) {
    return first.equals(TopicPosition.OLDEST)
        ? UNKNOWN
        : new Course(List.of(new Leg(0, first.stream(), first.offset())));
  }

  /// The same course, one leg longer where what was found lies in another stream.
  ///
  /// @param place where what comes next stands
  Course along(Found found, long place) {
    TopicPosition behind = found.behind();
    for (int i = legs.size() - 1; i >= 0; i--) {
      if (legs.get(i).stream() == behind.stream()) {
        // What is read again goes over the later ones again, and finds them at the same places.
        return i == legs.size() - 1 ? this : new Course(legs.subList(0, i + 1));
      }
    }
    long first =
        switch (found) {
          case Found.Stored stored -> stored.at().offset();
          case Found.Missing missing -> behind.offset() - missing.count();
        };
    List<Leg> more = new ArrayList<>(legs);
    more.add(new Leg(place, behind.stream(), first));
    return new Course(List.copyOf(more.subList(Math.max(0, more.size() - LEGS_MOST), more.size())));
  }

  /// The place of a position in the stream that was met last.
  long place(TopicPosition position) {
    Leg last = legs.get(legs.size() - 1);
    return last.place() + position.offset() - last.offset();
  }

  /// The position at a place.
  TopicPosition at(long place) {
    if (legs.isEmpty()) {
      return TopicPosition.OLDEST;
    }
    Leg leg = legs.get(0);
    for (Leg each : legs) {
      if (each.place() <= place) {
        leg = each;
      }
    }
    return new TopicPosition(leg.stream(), leg.offset() + place - leg.place());
  }

  /// What of it is needed from a place on.
  Course from(long place) {
    int first = 0;
    for (int i = 0; i < legs.size(); i++) {
      if (legs.get(i).place() <= place) {
        first = i;
      }
    }
    return new Course(legs.subList(first, legs.size()));
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(legs.size());
      for (Leg leg : legs) {
        out.writeLong(leg.place());
        out.writeLong(leg.stream());
        out.writeLong(leg.offset());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  static Course decode(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw new IOException("the course of a later version");
      }
      List<Leg> legs = new ArrayList<>();
      for (int i = in.readUnsignedByte(); i > 0; i--) {
        legs.add(new Leg(in.readLong(), in.readLong(), in.readLong()));
      }
      return new Course(legs);
    }
  }
}
