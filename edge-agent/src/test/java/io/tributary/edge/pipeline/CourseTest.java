package io.tributary.edge.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.adapter.Found;
import io.tributary.adapter.TopicPosition;
import io.tributary.record.Record;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A topic whose stream was sealed twice, and that had lost its oldest readings before anybody read it.
class CourseTest {
  private static final Record RECORD = new Record(1, null, new byte[0], List.of());

  private final Course course =
      Course.UNKNOWN
          .along(stored(7, 100), 0)
          .along(stored(7, 101), 1)
          .along(stored(8, 0), 50)
          .along(new Found.Missing(new TopicPosition(9, 10), 10, "drop-oldest"), 80);

  @Test
  void placesGoOnWhereOffsetsBeginAnew() {
    assertEquals(new TopicPosition(7, 100), course.at(0));
    assertEquals(new TopicPosition(7, 149), course.at(49));
    assertEquals(new TopicPosition(8, 0), course.at(50));
    assertEquals(new TopicPosition(8, 29), course.at(79));
    assertEquals(new TopicPosition(9, 0), course.at(80));
    assertEquals(95, course.place(new TopicPosition(9, 15)));
    assertEquals(TopicPosition.OLDEST, Course.UNKNOWN.at(5));
  }

  @Test
  void whatIsReadAgainFindsTheSamePlaces() throws IOException {
    Course restored = Course.decode(course.from(60).encode());
    assertEquals(new TopicPosition(8, 10), restored.at(60));
    Course again =
        restored
            .along(stored(8, 10), 60)
            .along(new Found.Missing(new TopicPosition(9, 10), 10, "x"), 80);
    assertEquals(course.at(90), again.at(90));
    assertEquals(2, again.legs().size());
  }

  @Test
  void isWrittenAsTheFormatSays() {
    Course begins = Course.beginningAt(new TopicPosition(7, 100));
    assertEquals(
        "01" + "01" + "0000000000000000" + "0000000000000007" + "0000000000000064",
        HexFormat.of().formatHex(begins.encode()));
    assertEquals(new TopicPosition(7, 105), begins.at(5));
    assertEquals("0100", HexFormat.of().formatHex(Course.UNKNOWN.encode()));
    assertEquals(Course.UNKNOWN, Course.beginningAt(TopicPosition.OLDEST));
  }

  @Test
  void refusesWhatItHasNotWritten() {
    assertThrows(IOException.class, () -> Course.decode(new byte[] {2, 0}));
    assertThrows(IOException.class, () -> Course.decode(new byte[] {1, 1, 0}));
  }

  private static Found stored(long stream, long offset) {
    return new Found.Stored(new TopicPosition(stream, offset), RECORD);
  }
}
