package io.tributary.adapter.file;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.measurement.Measurement;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Takes lines from files, a turn at a time, and hands them to the journal with the mark behind them. Confined to the agent's
/// thread.
///
/// Nothing of a line is kept between two turns: what has no end yet is read again from its beginning. So the halves of two lines are
/// never joined, whatever happens to the file in between.
final class LineReader {
  private static final int EXAMPLE_BYTES = 80;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final FileTailSettings settings;
  private final Grammar grammar;
  private final Ledger ledger;
  private final Emitter emitter;
  private final Counts<Counter> counts;
  private final LongSupplier clockMs;
  private final Taken.Listener listener;
  private final Window window;

  LineReader(
      FileTailSettings settings,
      Ledger ledger,
      Emitter emitter,
      Counts<Counter> counts,
      LongSupplier clockMs,
      Window window,
      Taken.Listener listener) {
    this.settings = settings;
    this.grammar = settings.grammar();
    this.ledger = ledger;
    this.emitter = emitter;
    this.counts = counts;
    this.clockMs = clockMs;
    this.listener = listener;
    this.window = window;
  }

  /// Reads on in a file, as much as one window holds.
  ///
  /// @param limit no line is taken that ends behind it
  /// @param isLast whether a last line without an end is whole
  /// @throws IOException when the file cannot be read, or its header cannot be understood
  Turn turn(TailedFile file, long limit, boolean isLast, long nowNanos) throws IOException {
    FileChannel channel = file.open();
    window.fill(channel, file.mark().position());
    if (!window.agrees(file.mark().position(), file.mark().tail())) {
      if (!isAskedFor(file)) {
        file.close();
        file.vanished(nowNanos);
        return Turn.DRAINED; // another file has its inode by now, and was never meant
      }
      truncated(file, channel);
    }
    if (grammar.needsHeader() && file.columns() == null && file.mark().position() > 0) {
      readHeader(file, channel);
    }
    while (true) {
      Turn turn = step(file, limit, isLast, nowNanos);
      if (turn != null) {
        return turn;
      }
    }
  }

  private boolean isAskedFor(TailedFile file) {
    Path path = file.path();
    Path name = path == null ? null : path.getFileName();
    return name == null || settings.names().includes(name);
  }

  private void truncated(TailedFile file, FileChannel channel) throws IOException {
    counts.count(
        Counter.TRUNCATED,
        "%s was cut or written anew: of %d B that were read, what is there is another; it is read from its beginning"
            .formatted(file, file.mark().position()));
    window.fill(channel, 0);
    file.begin(mark(file, 0, false));
  }

  private Mark mark(TailedFile file, long position, boolean isWithinLine) {
    return ledger.moved(
        file.mark(),
        position,
        isWithinLine,
        window.head(position, file.mark().head()),
        window.tail(position));
  }

  /// One line, or what is in its place.
  ///
  /// @return null when there may be more in the window
  private @Nullable Turn step(TailedFile file, long limit, boolean isLast, long nowNanos)
      throws IOException {
    byte[] bytes = window.bytes();
    int to = window.length();
    int at = window.at(file.mark().position());
    if (at == to) {
      return window.isFull() ? Turn.MORE : Turn.DRAINED;
    }
    if (file.mark().isWithinLine()) {
      int newline = Grammar.newline(bytes, at, to);
      pass(file, newline < 0 ? to : newline + 1, newline < 0, nowNanos);
      return null;
    }
    int skipped = skippedAt(file, at);
    if (skipped > at) {
      if (file.mark().position() == 0 && bytes[0] == 0) {
        counts.count(Counter.HOLES, file + " begins with bytes of 0, which are passed over");
      }
      pass(file, skipped, false, nowNanos);
      return null;
    }
    int end = grammar.end(bytes, at, to);
    if (end >= 0 && length(at, end) <= settings.longestLine()) {
      if (file.mark().position() + (end + 1 - at) > limit) {
        return Turn.PARTIAL; // it came after what another file is still to have read before it
      }
      return take(file, at, end, end + 1, nowNanos);
    }
    if (end >= 0 || to - at > settings.longestLine() + 1) {
      passLong(file, at, end, nowNanos);
      return null;
    }
    if (window.isFull()) {
      return Turn.MORE;
    }
    return isLast ? takeLast(file, at, nowNanos) : Turn.PARTIAL;
  }

  /// What may stand before a file's first line: a byte-order mark; and the hole that a program leaves that writes on at its old place
  /// after the file was cut.
  private int skippedAt(TailedFile file, int at) {
    byte[] bytes = window.bytes();
    int to = window.length();
    boolean isFirst = file.mark().position() == 0;
    if (isFirst && Arrays.equals(bytes, 0, Math.min(3, to), BYTE_ORDER_MARK, 0, 3)) {
      return 3;
    }
    int skipped = at;
    while (skipped < to && bytes[skipped] == 0 && (isFirst || bytes[at - 1] == 0)) {
      skipped++;
    }
    return skipped;
  }

  private int length(int at, int end) {
    return end > at && window.bytes()[end - 1] == '\r' ? end - 1 - at : end - at;
  }

  private void pass(TailedFile file, int to, boolean isWithinLine, long nowNanos) {
    long position = file.mark().position() + (to - window.at(file.mark().position()));
    file.moveTo(mark(file, position, isWithinLine), false, nowNanos);
  }

  /// A line that is too long; or, where its first newline is within a quote, one that opens a quote which is not closed in time: then
  /// only what is before that newline is lost.
  private void passLong(TailedFile file, int at, int end, long nowNanos) throws IOException {
    if (grammar.needsHeader() && file.columns() == null) {
      throw new IOException("its first line is longer than longest-line: it names no columns");
    }
    int newline = Grammar.newline(window.bytes(), at, window.length());
    if (newline >= 0 && newline != end) {
      bad(file, at, newline, Counter.MALFORMED, "a quote is not closed within longest-line");
    } else {
      String longest = "is longer than longest-line, " + settings.longestLine() + " B";
      bad(file, at, newline < 0 ? window.length() : newline, Counter.TOO_LONG, longest);
    }
    pass(file, newline < 0 ? window.length() : newline + 1, newline < 0, nowNanos);
  }

  private @Nullable Turn takeLast(TailedFile file, int at, long nowNanos) throws IOException {
    int newline = Grammar.newline(window.bytes(), at, window.length());
    if (newline >= 0) {
      passLong(file, at, -1, nowNanos);
      return null;
    }
    Turn turn = take(file, at, window.length(), window.length(), nowNanos);
    if (turn == null) {
      counts.count(Counter.UNENDED);
    }
    return turn;
  }

  private @Nullable Turn take(TailedFile file, int at, int end, int next, long nowNanos)
      throws IOException {
    boolean isUnended = end == next;
    byte[] line = Arrays.copyOfRange(window.bytes(), at, at + length(at, end));
    if (line.length == 0) {
      counts.count(Counter.EMPTY);
      pass(file, next, isUnended, nowNanos);
      return null;
    }
    if (isHeader(file, line)) {
      pass(file, next, isUnended, nowNanos);
      return null;
    }
    try {
      long position = file.mark().position();
      Mark behind = mark(file, position + (next - at), isUnended);
      Reading reading = reading(file, line, behind);
      if (!emitter.emit(reading, new Taken(file, position, listener))) {
        return Turn.NO_ROOM;
      }
      file.moveTo(behind, true, nowNanos);
    } catch (BadLine e) {
      bad(file, at, end, e.counter(), e.why());
      pass(file, next, isUnended, nowNanos);
    }
    return null;
  }

  private Reading reading(TailedFile file, byte[] line, Mark behind) throws BadLine {
    String named = settings.sourceName();
    String source = named == null ? file.mark().name() : named;
    Measurement measurement = grammar.read(line, file.columns(), source);
    return settings
        .envelope()
        .reading(measurement, clockMs.getAsLong(), ledger.changes(file, behind));
  }

  /// Whether the line names the columns, which it then has done.
  private boolean isHeader(TailedFile file, byte[] line) throws IOException {
    boolean isFirst = file.mark().position() == 0 || file.mark().position() == 3;
    if (file.columns() != null || !(grammar.needsHeader() || isFirst)) {
      return false;
    }
    try {
      file.setColumns(grammar.header(line));
      return file.columns() != null;
    } catch (BadLine e) {
      throw new IOException(
          "its first line, '" + example(line, 0, line.length) + "', " + e.why(), e);
    }
  }

  /// The header of a file that is not read from its beginning.
  private void readHeader(TailedFile file, FileChannel channel) throws IOException {
    window.fill(channel, 0);
    byte[] bytes = window.bytes();
    int at = skippedFirst();
    int end = grammar.end(bytes, at, window.length());
    while (end >= 0 && length(at, end) == 0) {
      at = end + 1;
      end = grammar.end(bytes, at, window.length());
    }
    long position = file.mark().position();
    if (end >= 0 && end < position) {
      isHeader(file, Arrays.copyOfRange(bytes, at, at + length(at, end)));
    } else if (at < position) {
      throw new IOException("its first line is longer than longest-line: it names no columns");
    }
    window.fill(channel, file.mark().position());
  }

  private int skippedFirst() {
    byte[] bytes = window.bytes();
    int at = Arrays.equals(bytes, 0, Math.min(3, window.length()), BYTE_ORDER_MARK, 0, 3) ? 3 : 0;
    while (at < window.length() && bytes[at] == 0) {
      at++;
    }
    return at;
  }

  private void bad(TailedFile file, int at, int end, Counter counter, String why) {
    counts.count(
        counter,
        "%s, at byte %d: '%s' %s"
            .formatted(file, file.mark().position(), example(window.bytes(), at, end), why));
  }

  private static String example(byte[] bytes, int from, int to) {
    int most = Math.min(to - from, EXAMPLE_BYTES);
    String text = new String(bytes, from, most, StandardCharsets.UTF_8);
    return (most < to - from ? text + "…" : text).replaceAll("\\p{Cntrl}", "\uFFFD");
  }
}
