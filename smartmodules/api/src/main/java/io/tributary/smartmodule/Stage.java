package io.tributary.smartmodule;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One guest of a chain with its state: gives it records, checks what it gives back, and finds the record it fails on.
///
/// A batch is one call. Where that fails, the guest is made anew, with the state from before the batch, and the rest of the batch
/// is given to it record by record; the one that fails is left out, and the state is again the one from before it. A record that
/// takes too long is tried once more.
///
/// Only within {@link Engine#run}.
final class Stage {
  /// Of what a guest that fails on everything can do no harm with: a call may take as long as its budget.
  static final int FEW_RECORDS = 8;

  /// How often a guest is made anew in a larger batch.
  private static final int FAILURES_MOST = 3;

  private static final byte[] NOTHING = {};

  private final Transform transform;
  private final Consumer<String> log;

  private @Nullable Guest guest;
  private byte[] accumulator = NOTHING;

  Stage(Transform transform, Consumer<String> log) {
    this.transform = transform;
    this.log = log;
  }

  /// Begins a life: an instance that knows its params. Tried twice where it takes too long, since the machine may have stood still.
  ///
  /// @throws GuestFailed when it cannot be made, or refuses its params
  void start() throws GuestFailed {
    try {
      startOnce();
    } catch (GuestFailed failed) {
      if (failed.reason() != GuestFailed.Reason.TIME) {
        throw failed;
      }
      startOnce();
    }
  }

  private void startOnce() throws GuestFailed {
    SmartModule module = transform.module();
    Guest fresh = module.instantiate(transform.budget(), log);
    if (module.hasInit()) {
      Guest.Answer answer =
          fresh.call(Abi.INIT, Abi.initInput(transform.params(), transform.lookback()));
      if (answer.status() == Abi.INIT_REFUSED) {
        throw new GuestFailed(
            GuestFailed.Reason.STATUS, "it refuses its params: " + Abi.initHint(answer.output()));
      }
      if (answer.status() < 0) {
        throw status(Abi.INIT, answer.status());
      }
    }
    guest = fresh;
    accumulator = NOTHING;
  }

  /// Shows the guest earlier records, once, before its first batch.
  void lookBack(ChainInput earlier) throws GuestFailed {
    if (transform.module().hasLookBack() && !earlier.records().isEmpty()) {
      byte[] input =
          Abi.input(earlier.baseOffset(), earlier.baseTimestampMs(), earlier.records(), null);
      Guest.Answer answer = running().call(Abi.LOOK_BACK, input);
      if (answer.status() == Abi.LOOK_BACK_RECORD) {
        throw new GuestFailed(
            GuestFailed.Reason.RECORD,
            "its look_back fails on a record: " + Abi.initHint(answer.output()));
      }
      if (answer.status() < 0) {
        throw status(Abi.LOOK_BACK, answer.status());
      }
    }
  }

  /// Sends records through the guest.
  ///
  /// @param now the state as it is
  /// @param isFirst whether no other guest has seen these records
  /// @param dead gets what it fails on
  /// @return null when it is to be rolled back: the first guest, when it was made anew too often for so many records and is to be
  ///     given fewer; another one, when it was made anew after the record of the last dead letter, which those before it are to forget
  /// @throws GuestFailed when a new instance cannot be made
  @Nullable Flow apply(
      long baseOffset,
      long baseTimestampMs,
      Flow in,
      Mark now,
      boolean isFirst,
      List<DeadLetter> dead)
      throws GuestFailed {
    GuestRecords records = in.records();
    boolean oneByOne = transform.module().kind() == Kind.ARRAY_MAP;
    Gathered out = new Gathered(in);
    Mark before = now;
    int failures = 0;
    int lateAt = -1;
    int at = 0;
    while (at < records.count()) {
      int next = oneByOne ? at + 1 : records.count();
      try {
        at += call(baseOffset, baseTimestampMs, in, at, next, out, dead);
        before = at < records.count() ? mark() : before;
      } catch (GuestFailed failed) {
        rollBack(before);
        failures++;
        if (failures > FAILURES_MOST && records.count() > FEW_RECORDS) {
          if (!isFirst) {
            dead.add(letter(in.origins()[at], failed));
          }
          return null;
        }
        if (failed.reason() == GuestFailed.Reason.TIME && lateAt != at) {
          lateAt = at; // the machine may have stood still, so once is no proof
        } else if (next - at == 1) {
          dead.add(letter(in.origins()[at], failed));
          if (!isFirst) {
            return null;
          }
          at++;
        }
        oneByOne = true;
      }
    }
    return out.flow();
  }

  /// One call.
  ///
  /// @return how many records were dealt with; the last of them is dead where that is not all
  private int call(
      long baseOffset,
      long baseTimestampMs,
      Flow in,
      int from,
      int to,
      Gathered out,
      List<DeadLetter> dead)
      throws GuestFailed {
    Kind kind = transform.module().kind();
    GuestRecords records = in.records().slice(from, to);
    boolean aggregates = kind == Kind.AGGREGATE;
    byte[] input = Abi.input(baseOffset, baseTimestampMs, records, aggregates ? accumulator : null);
    Guest.Answer answer = running().call(kind.export(), input);
    if (answer.status() < 0) {
      throw status(kind.export(), answer.status());
    }
    byte[] bytes = answer.output();
    if (bytes == null) {
      throw new GuestFailed(GuestFailed.Reason.OUTPUT, "it gave no output");
    }
    Abi.Output output = Abi.output(bytes, aggregates);
    if (output.records().count() != answer.status()) {
      throw new GuestFailed(
          GuestFailed.Reason.OUTPUT,
          "it answered %d, and gave %d records"
              .formatted(answer.status(), output.records().count()));
    }
    if (output.records().count() > transform.budget().outputRecords()) {
      throw new GuestFailed(
          GuestFailed.Reason.OUTPUT_SIZE,
          "it gave %d records, where its budget has %d"
              .formatted(output.records().count(), transform.budget().outputRecords()));
    }
    int taken = records.count();
    Abi.RecordError error = output.error();
    if (error != null) {
      taken = records.find(delta(error.offset() - baseOffset));
      if (taken < 0) {
        throw new GuestFailed(
            GuestFailed.Reason.OUTPUT,
            "it fails on the offset "
                + error.offset()
                + ", which it was not given: "
                + error.hint());
      }
    }
    out.add(kind, output.records(), from, taken, to - from);
    accumulator = output.accumulator();
    if (error == null) {
      return taken;
    }
    dead.add(
        letter(
            in.origins()[from + taken], new GuestFailed(GuestFailed.Reason.RECORD, error.hint())));
    return taken + 1;
  }

  private static int delta(long difference) {
    return difference >= 0 && difference <= Integer.MAX_VALUE ? (int) difference : -1;
  }

  /// A state to go back to.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares marks
  record Mark(GuestState state, byte[] accumulator) {}

  /// The state as it is.
  Mark mark() {
    return new Mark(running().save(), accumulator);
  }

  /// Makes the guest anew, with an earlier state.
  ///
  /// @throws GuestFailed when it cannot be made
  void rollBack(Mark to) throws GuestFailed {
    guest = null;
    Guest fresh = transform.module().instantiate(transform.budget(), log);
    try {
      fresh.restore(to.state);
    } catch (IOException e) {
      throw new GuestFailed(GuestFailed.Reason.MEMORY, String.valueOf(e.getMessage()), e);
    }
    guest = fresh;
    accumulator = to.accumulator;
  }

  /// Writes the state, for {@link #read} of a later life.
  void write(DataOutputStream out) throws IOException {
    out.writeUTF(transform.module().sha256());
    running().save().write(out);
    out.writeInt(accumulator.length);
    out.write(accumulator);
  }

  /// Goes on from a state that was written.
  ///
  /// @throws IOException when it is one of another module, or none
  void read(DataInputStream in) throws IOException {
    String sha256 = in.readUTF();
    if (!sha256.equals(transform.module().sha256())) {
      throw new IOException("the state of another module, " + sha256);
    }
    running().restore(GuestState.read(in, transform.budget().memoryPages()));
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("an accumulator that is cut short");
    }
    accumulator = in.readNBytes(length);
  }

  /// Sets what has accumulated, before the first batch.
  void accumulate(byte[] initial) {
    accumulator = initial;
  }

  long memoryBytes() {
    Guest running = guest;
    return running == null ? 0 : running.memoryBytes();
  }

  private Guest running() {
    Guest running = guest;
    if (running == null) {
      throw new IllegalStateException(transform.module().name() + " was not started");
    }
    return running;
  }

  private DeadLetter letter(int origin, GuestFailed why) {
    return new DeadLetter(origin, transform.module().name(), why.reason(), why.text());
  }

  private static GuestFailed status(String function, int status) {
    return new GuestFailed(
        GuestFailed.Reason.STATUS, "its " + function + " answered " + Abi.statusWords(status));
  }

  /// The outputs of the calls of one batch. One call that took the whole batch is handed on as it came.
  private static final class Gathered {
    private final Flow in;
    private @Nullable Flow whole;
    private GuestRecords.@Nullable Builder builder;
    private int[] origins = new int[16];

    private Gathered(Flow in) {
      this.in = in;
    }

    /// @param from where the call's records begin in the batch
    /// @param taken how many of them it dealt with
    /// @param given how many it was given
    private void add(Kind kind, GuestRecords outputs, int from, int taken, int given)
        throws GuestFailed {
      int[] places = places(kind, outputs, from, taken);
      boolean keepsDeltas = kind != Kind.ARRAY_MAP && kind != Kind.AGGREGATE;
      if (keepsDeltas && from == 0 && taken == given && given == in.records().count()) {
        int[] all = new int[places.length];
        for (int i = 0; i < all.length; i++) {
          all[i] = in.origins()[places[i]];
        }
        whole = new Flow(outputs, all);
        return;
      }
      GuestRecords.Builder gathered = builder == null ? new GuestRecords.Builder() : builder;
      builder = gathered;
      for (int i = 0; i < places.length; i++) {
        int count = gathered.count();
        GuestRecords inputs = in.records();
        // Of one record many are made: the place tells them apart for the guests behind.
        int delta = kind == Kind.ARRAY_MAP ? count : inputs.offsetDelta(places[i]);
        int time = keepsDeltas ? outputs.timestampDelta(i) : inputs.timestampDelta(places[i]);
        gathered.add(time, delta, outputs.key(i), outputs.value(i));
        if (count == origins.length) {
          origins = Arrays.copyOf(origins, count * 2);
        }
        origins[count] = in.origins()[places[i]];
      }
    }

    /// For each output the place of its record in the batch.
    private int[] places(Kind kind, GuestRecords outputs, int from, int taken) throws GuestFailed {
      int[] places = new int[outputs.count()];
      switch (kind) {
        case ARRAY_MAP -> Arrays.fill(places, from);
        case MAP, AGGREGATE -> {
          if (outputs.count() != taken) {
            throw new GuestFailed(
                GuestFailed.Reason.OUTPUT,
                "of %d records it made %d, where it makes one of one"
                    .formatted(taken, outputs.count()));
          }
          for (int i = 0; i < places.length; i++) {
            places[i] = from + i;
          }
        }
        case FILTER, FILTER_MAP -> {
          int at = from;
          for (int i = 0; i < places.length; i++) {
            int delta = outputs.offsetDelta(i);
            while (at < from + taken && in.records().offsetDelta(at) < delta) {
              at++;
            }
            if (at >= from + taken || in.records().offsetDelta(at) != delta) {
              throw new GuestFailed(
                  GuestFailed.Reason.OUTPUT,
                  "its output %d has the offset delta %d, which is none of its input's, or comes twice"
                      .formatted(i, delta));
            }
            places[i] = at++;
          }
        }
      }
      return places;
    }

    private Flow flow() {
      Flow all = whole;
      if (all != null) {
        return all;
      }
      GuestRecords.Builder gathered = builder;
      return gathered == null
          ? Flow.of(new GuestRecords.Builder().build())
          : new Flow(gathered.build(), origins);
    }
  }
}
