package io.tributary.smartmodule;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Guests in order, with the state that they have for one stream. One thread at a time.
///
/// start ─▶ lookBack? or restore? ─▶ process, process, … (save whenever wanted)
///
/// A record after which a guest had to be made anew leaves nothing in any guest's state: also those before it in the chain, which had
/// no trouble with it, go back.
public final class Chain {
  private static final int STATE_VERSION = 1;

  private final Engine engine;
  private final ErrorPolicy policy;
  private final List<Stage> stages = new ArrayList<>();

  private Chain(
      Engine engine, List<Transform> transforms, ErrorPolicy policy, Consumer<String> log) {
    this.engine = engine;
    this.policy = policy;
    for (Transform transform : transforms) {
      String name = transform.module().name();
      stages.add(new Stage(transform, line -> log.accept(name + ": " + line)));
    }
  }

  /// Makes an instance of each guest and tells it its params.
  ///
  /// @param log takes what guests write to their standard output, each line with the guest's name before it
  /// @throws GuestFailed when one cannot be made, or refuses its params
  public static Chain start(
      Engine engine, List<Transform> transforms, ErrorPolicy policy, Consumer<String> log)
      throws GuestFailed {
    Chain chain = new Chain(engine, transforms, policy, log);
    return engine.run(() -> {
      for (Stage stage : chain.stages) {
        stage.start();
      }
      return chain;
    });
  }

  /// Shows the first guest earlier records of the stream. Before the first batch.
  public void lookBack(ChainInput earlier) throws GuestFailed {
    engine.run(() -> {
      stages.get(0).lookBack(earlier);
      return this;
    });
  }

  /// Sets what an aggregate begins with. Before the first batch.
  public void accumulate(byte[] initial) {
    stages.forEach(stage -> stage.accumulate(initial));
  }

  /// Sends a batch through all guests: all of it, or its first records where a guest fails on many of them, where one of several is
  /// made anew, or where the chain stops.
  ///
  /// @throws GuestFailed when a guest that failed cannot be made anew; the chain is not used again
  public ChainOutput process(ChainInput batch) throws GuestFailed {
    return engine.run(() -> processHere(batch));
  }

  private ChainOutput processHere(ChainInput batch) throws GuestFailed {
    List<Stage.Mark> before = marks();
    DeadLetter stop = null;
    int taken = batch.records().count();
    while (true) {
      List<DeadLetter> dead = new ArrayList<>();
      Applied applied = apply(batch, taken, before, dead);
      Flow flow = applied.flow();
      DeadLetter behind = applied.behind();
      if (flow == null && behind == null) {
        taken = Stage.FEW_RECORDS;
      } else if (!dead.isEmpty() && policy == ErrorPolicy.STOP) {
        // What comes before the record is taken once more, alone, so that it is not held up.
        stop = dead.get(0);
        taken = stop.origin();
      } else if (flow != null) {
        return new ChainOutput(batch.baseTimestampMs(), flow, dead, taken, stop);
      } else if (behind != null && behind.origin() > 0) {
        // So is it here; the record comes first in the next batch.
        taken = behind.origin();
      } else {
        rollBack(before);
        Flow nothing = Flow.of(batch.records().slice(0, 0));
        return new ChainOutput(batch.baseTimestampMs(), nothing, dead, 1, stop);
      }
      rollBack(before);
    }
  }

  /// What came of the first records of a batch.
  ///
  /// @param flow null where they were too many for the first guest, or another one was made anew
  /// @param behind what that other one failed on, which guests before it have seen
  private record Applied(@Nullable Flow flow, @Nullable DeadLetter behind) {}

  private void rollBack(List<Stage.Mark> before) throws GuestFailed {
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).rollBack(before.get(i));
    }
  }

  /// Sends the first records of a batch through all guests.
  ///
  /// @param dead gets what they fail on, in the order of the origins; where one was made anew behind others that alone, if it was the
  ///     first record
  private Applied apply(ChainInput batch, int taken, List<Stage.Mark> before, List<DeadLetter> dead)
      throws GuestFailed {
    Flow flow = Flow.of(batch.records().slice(0, taken));
    DeadLetter behind = null;
    for (int i = 0; flow != null && i < stages.size(); i++) {
      boolean isFirst = i == 0;
      flow =
          stages
              .get(i)
              .apply(
                  batch.baseOffset(), batch.baseTimestampMs(), flow, before.get(i), isFirst, dead);
      behind = flow == null && !isFirst ? dead.get(dead.size() - 1) : null;
    }
    if (behind != null && behind.origin() == 0) {
      dead.clear();
      dead.add(behind);
    }
    dead.sort((a, b) -> Integer.compare(a.origin(), b.origin()));
    return new Applied(flow, behind);
  }

  private List<Stage.Mark> marks() {
    return stages.stream().map(Stage::mark).toList();
  }

  /// The state of all guests, for {@link #restore} in a later life of the same modules.
  public byte[] save() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      engine.run(() -> write(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is an array
    }
    return bytes.toByteArray();
  }

  private Chain write(DataOutputStream out) throws IOException {
    out.writeByte(STATE_VERSION);
    out.writeByte(stages.size());
    for (Stage stage : stages) {
      stage.write(out);
    }
    return this;
  }

  /// Goes on from a state that was saved.
  ///
  /// @throws IOException when it is none of this chain: it is then not used again
  public void restore(byte[] state) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      engine.run(() -> read(in));
    }
  }

  private Chain read(DataInputStream in) throws IOException {
    if (in.readByte() != STATE_VERSION || in.readByte() != stages.size()) {
      throw new IOException("the state of another chain");
    }
    for (Stage stage : stages) {
      stage.read(in);
    }
    return this;
  }

  /// The memory that its guests have taken.
  public long memoryBytes() {
    return stages.stream().mapToLong(Stage::memoryBytes).sum();
  }
}
