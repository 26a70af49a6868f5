package io.tributary.adapter.command;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Found;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.Measurement;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands of one adapter, one after the other. Confined to the adapter's thread.
///
/// ```
///  IDLE ──a command──▶ TAKING ──on disk──▶ CARRYING OUT ──done──▶ ANSWERING ──the reading is handed over──▶ IDLE
/// ```
///
/// That a command is taken is on disk before anything is done, so none is carried out twice. One that was taken when the edge ended is
/// answered by an error: nobody knows.
public final class Commands implements AutoCloseable {
  private enum Stage {
    IDLE,
    TAKING,
    CARRYING_OUT,
    ANSWERING
  }

  private final CommandSettings settings;
  private final Envelope envelope;
  private final String adapter;
  private final String className;
  private final Emitter emitter;
  private final TopicReader reader;
  private final Counts<CommandCounter> counts = new Counts<>(CommandCounter.class);
  private Stage stage = Stage.IDLE;
  private boolean isHanded;
  private volatile boolean isTaken;
  private TopicPosition place = TopicPosition.NEWEST;
  private @Nullable Command command;
  private @Nullable Measurement answer;

  /// Whether the next command is one that was taken before the edge ended.
  private boolean isUnknown;

  /// Whether the disk has a place of ours: else the next life would begin at the end again, and pass over what came meanwhile.
  private boolean hasPlace;

  /// Opens the topic where the last life left it; in the first one, at its end.
  ///
  /// @param envelope of the answers
  /// @param adapter the adapter's name, with which the sources of answers begin
  /// @param wake makes the adapter's thread call {@link #work}
  public Commands(
      CommandSettings settings,
      Envelope envelope,
      String adapter,
      Outlet outlet,
      Emitter emitter,
      Runnable wake) {
    this.settings = settings;
    this.envelope = envelope;
    this.adapter = adapter;
    this.className = outlet.classOf(envelope.target().name());
    this.emitter = emitter;
    CommandPlace found = null;
    for (StateEntry entry : outlet.restored()) {
      CommandPlace each = CommandPlace.found(entry);
      // A topic that was given another class has left an entry in each: the later one counts.
      found = each != null && (found == null || isLater(each, found)) ? each : found;
    }
    this.hasPlace = found != null;
    this.isUnknown = found != null && !found.isDone();
    this.reader = outlet.read(settings.topic(), from(found), wake);
  }

  private static boolean isLater(CommandPlace one, CommandPlace other) {
    return one.at().offset() > other.at().offset()
        || (one.at().offset() == other.at().offset() && one.isDone());
  }

  private static TopicPosition from(@Nullable CommandPlace found) {
    if (found == null) {
      return TopicPosition.NEWEST;
    }
    TopicPosition at = found.at();
    return found.isDone() ? new TopicPosition(at.stream(), at.offset() + 1) : at;
  }

  /// Does what there is to do.
  ///
  /// @return how much
  public int work(long nowMs, Executor executor) {
    return switch (stage) {
      case IDLE -> take();
      case TAKING -> carryOut(nowMs, executor);
      case CARRYING_OUT -> 0;
      case ANSWERING -> answer(nowMs);
    };
  }

  private int take() {
    if (!hasPlace) {
      TopicPosition next = reader.position();
      CommandPlace before =
          new CommandPlace(true, new TopicPosition(next.stream(), next.offset() - 1));
      hasPlace = emitter.changeState(className, List.of(before.change()), Completion.NONE);
      return hasPlace ? 1 : 0;
    }
    Found found;
    try {
      found = reader.next();
    } catch (IOException e) {
      counts.example("the topic " + settings.topic() + " cannot be read: " + e.getMessage());
      return 0;
    }
    switch (found) {
      case null -> {
        return 0;
      }
      case Found.Missing missing -> {
        isUnknown = false;
        counts.count(CommandCounter.COMMANDS_MISSED, missing.count());
        counts.example(missing.count() + " commands were deleted unread: " + missing.why());
      }
      case Found.Stored stored -> taken(stored);
    }
    return 1;
  }

  private void taken(Found.Stored stored) {
    place = stored.at();
    command = null;
    answer = null;
    isTaken = false;
    isHanded = false;
    stage = Stage.TAKING;
    try {
      command = CommandReader.read(stored.record(), settings.expiry());
    } catch (IllegalArgumentException e) {
      counts.count(
          CommandCounter.COMMANDS_MALFORMED, "command " + place.offset() + " " + e.getMessage());
      answer =
          Measurement.error(
              adapter + "/command", "command " + place.offset() + " " + e.getMessage());
    }
    if (isUnknown && command != null) {
      finish(command, "the edge ended while it was carried out: nobody knows whether it was");
      isTaken = true; // it is on disk that it was
      isHanded = true;
    }
    isUnknown = false;
  }

  private int carryOut(long nowMs, Executor executor) {
    if (!isHanded) {
      isHanded =
          emitter.changeState(
              className, List.of(new CommandPlace(false, place).change()), new Taken());
      return isHanded ? 1 : 0;
    }
    if (!isTaken) {
      return 0;
    }
    Command due = command;
    if (due == null || answer != null) {
      stage = Stage.ANSWERING;
    } else if (Instant.ofEpochMilli(nowMs).isAfter(due.expires())) {
      counts.count(CommandCounter.COMMANDS_EXPIRED);
      answered(Measurement.error(source(due), "expired at " + due.expires()));
    } else {
      stage = Stage.CARRYING_OUT;
      executor.execute(due, failure -> done(due, failure));
    }
    return 1;
  }

  private final class Taken implements Completion {
    @Override
    public void durable(long offset) {
      isTaken = true;
    }

    /// The journal takes nothing more until the edge starts again, and then finds it as it is on disk.
    @Override
    public void refused(Refused reason) {
      counts.example("command " + place.offset() + " was not carried out: the journal " + reason);
    }
  }

  private void done(Command due, @Nullable String failure) {
    if (failure != null) {
      finish(due, failure);
      return;
    }
    counts.count(CommandCounter.COMMANDS_DONE);
    answered(Measurement.good(source(due), due.value()));
  }

  private void finish(Command due, String failure) {
    counts.count(CommandCounter.COMMANDS_FAILED, source(due) + ": " + failure);
    answered(Measurement.error(source(due), failure));
  }

  private void answered(Measurement measurement) {
    answer = measurement;
    stage = Stage.ANSWERING;
  }

  private int answer(long nowMs) {
    Measurement measurement = answer;
    boolean isGone =
        measurement == null
            || emitter.emit(
                envelope.reading(
                    measurement, nowMs, List.of(new CommandPlace(true, place).change())),
                Completion.NONE);
    if (isGone) {
      stage = Stage.IDLE;
    }
    return isGone ? 1 : 0;
  }

  private String source(Command of) {
    return adapter + "/" + of.target() + "/command";
  }

  /// Any thread.
  public Counts<CommandCounter> counts() {
    return counts;
  }

  @Override
  public void close() {
    reader.close();
  }
}
