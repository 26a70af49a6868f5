package io.tributary.sim.chaos;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.chaos.Judge.Findings;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim chaos`: the real programs under real faults, judged round by round.
@Command(
    name = "chaos",
    description = {
      "Starts a hub and three edges with their devices, and does to them what a seed says: SIGKILL at",
      "random points and upon the Nth fsync, write, rename or unlink; SIGSTOP; links that are cut,",
      "half-open, slow, sliced; disks that fill up; bytes flipped between kill and start; cloned",
      "directories. After each round everything heals and drains, and what was acknowledged is held",
      "against what a Kafka client reads and the topic _gaps. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
  private static final double ROUND_SECONDS = 25;
  private static final double SETTLE_SECONDS = 4;
  private static final int PAUSE_AT_MOST_MS = 700;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "how long, at least one round (default: ${DEFAULT-VALUE})")
  private double minutes;

  @Option(names = "--seed", paramLabel = "S", description = "of what is done, and when")
  private @Nullable Long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Option(names = "--keep", description = "leave the scratch directory behind and say where it is")
  private boolean keep;

  @Spec private CommandSpec spec;

  private @Nullable IOException failure;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (minutes <= 0) {
      err.println("sim chaos: --minutes is positive");
      return ExitStatus.USAGE;
    }
    long chosen = seed == null ? System.nanoTime() & 0xffff_ffffL : seed;
    Timeline timeline = new Timeline(err);
    timeline.say("seed " + chosen);
    try (Plant plant = new Plant("tributary-chaos-", Arena.IDS)) {
      if (keep) {
        plant.keep();
        timeline.say("scratch directory: " + plant.directory());
      }
      Arena arena = new Arena(plant);
      boolean traces = CrashPoint.isPossible();
      tellWhatIsNotPossible(err, arena, traces);
      Deeds deeds = new Deeds(arena, timeline, traces);
      return run(arena, deeds, timeline, chosen);
    } catch (IOException | MqttException | KafkaException e) {
      err.println("sim chaos: seed " + chosen + ": " + e.getMessage());
      return failure == null ? ExitStatus.WORLD : ExitStatus.CHECK_FAILED;
    }
  }

  private static void tellWhatIsNotPossible(PrintWriter err, Arena arena, boolean traces) {
    if (!traces) {
      err.println(
          "NO CRASH POINTS: strace is missing, or cannot end a process at a system call here");
    }
    var disk = arena.stations().get(0).disk();
    if (disk != null && disk.refused() != null) {
      err.println("NO FULL DISK AT AN EDGE: " + disk.refused());
    }
    if (arena.hubDisk().refused() != null) {
      err.println("NO FULL DISK AT THE HUB: " + arena.hubDisk().refused());
    }
    err.flush();
  }

  private int run(Arena arena, Deeds deeds, Timeline timeline, long chosen)
      throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(chosen);
    Judge judge = new Judge(arena.stations(), arena.hub().kafka());
    List<Mischief> deck = new ArrayList<>();
    double end = timeline.seconds() + minutes * 60;
    Findings findings = null;
    int rounds = 0;
    do {
      rounds++;
      double until = Math.min(timeline.seconds() + ROUND_SECONDS, end - SETTLE_SECONDS);
      round(arena, deeds, timeline, random, deck, until);
      if (failure != null) {
        break;
      }
      try {
        arena.settle();
      } catch (IOException e) {
        failure = e;
        break;
      }
      try {
        judge.read();
      } catch (IOException e) {
        failure = new IOException(e.getMessage() + Plant.status(arena.hub().http()), e);
        if (keep) {
          timeline.say("the hub's process is " + arena.hub().program().pid());
          TimeUnit.SECONDS.sleep(60);
        }
        break;
      }
      findings = judge.judge(Plant.status(arena.hub().http()));
      timeline.say(
          "round %d: %d readings, %d missing, %d duplicated, %d disordered, %d dropped with a Gap"
              .formatted(
                  rounds,
                  findings.readings,
                  findings.missing,
                  findings.duplicated,
                  findings.disordered,
                  findings.droppedWithGap));
      arena.release();
    } while (findings.holds() && deeds.broken.get() == 0 && timeline.seconds() < end - 1);
    if (failure == null && findings != null && findings.holds()) {
      // What was read in the first round must still be there in the last.
      arena.settle();
      Judge again = new Judge(arena.stations(), arena.hub().kafka());
      again.read();
      findings = again.judge(Plant.status(arena.hub().http()));
    }
    return report(findings, deeds, timeline, chosen, rounds);
  }

  /// One deed after the other as the deck gives them, each beside what still goes on elsewhere.
  private void round(
      Arena arena,
      Deeds deeds,
      Timeline timeline,
      SplittableRandom random,
      List<Mischief> deck,
      double until)
      throws InterruptedException {
    Semaphore hub = new Semaphore(1);
    List<Semaphore> edges = new ArrayList<>();
    arena.stations().forEach(s -> edges.add(new Semaphore(1)));
    List<Thread> threads = new ArrayList<>();
    while (timeline.seconds() < until && failure == null) {
      if (deck.isEmpty()) {
        for (Mischief each : Mischief.values()) {
          deck.addAll(Collections.nCopies(each.times(), each));
        }
        Collections.shuffle(deck, new Random(random.nextLong()));
      }
      Mischief mischief = deck.remove(deck.size() - 1);
      int which = place(mischief, arena, random);
      SplittableRandom own = random.split();
      TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_AT_MOST_MS));
      boolean needsHub = Deeds.ofHub(mischief);
      boolean needsEdge = Deeds.ofEdge(mischief);
      if (needsHub && !hub.tryAcquire()) {
        deck.add(0, mischief); // its place is taken: later
        continue;
      }
      if (needsEdge && !edges.get(which).tryAcquire()) {
        if (needsHub) {
          hub.release();
        }
        deck.add(0, mischief);
        continue;
      }
      threads.add(
          Thread.ofVirtual()
              .name(mischief.name())
              .start(() -> {
                try {
                  deeds.carryOut(mischief, arena.stations().get(which), own);
                } catch (IOException e) {
                  timeline.say("BROKEN: " + mischief + ": " + e.getMessage());
                  failure = e;
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  if (needsHub) {
                    hub.release();
                  }
                  if (needsEdge) {
                    edges.get(which).release();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static int place(Mischief mischief, Arena arena, SplittableRandom random) {
    int drawn = random.nextInt(arena.stations().size());
    return switch (mischief) {
      case FILL_EDGE -> 0;
      case BURST -> 1 + drawn % (arena.stations().size() - 1);
      default -> drawn;
    };
  }

  private int report(
      @Nullable Findings findings, Deeds deeds, Timeline timeline, long chosen, int rounds) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    boolean holds =
        failure == null && findings != null && findings.holds() && deeds.broken.get() == 0;
    Findings found = findings == null ? new Findings() : findings;
    if (failure != null) {
      err.println("BROKEN: " + failure.getMessage());
    }
    found.examples.forEach(err::println);
    if (!holds) {
      err.println("again: ./tributary sim chaos --minutes " + minutes + " --seed " + chosen);
    }
    err.flush();
    if (json) {
      JsonStringWriter result =
          JsonWriter.string()
              .object()
              .value("seed", chosen)
              .value("seconds", Math.round(timeline.seconds()))
              .value("rounds", rounds)
              .value("kills", deeds.kills.get())
              .value("pauses", deeds.pauses.get())
              .value("cuts", deeds.cuts.get())
              .value("halfOpens", deeds.halfOpens.get())
              .value("slowed", deeds.slowed.get())
              .value("fills", deeds.fills.get())
              .value("bursts", deeds.bursts.get())
              .value("corruptions", deeds.corruptions.get())
              .value("hubCorruptions", deeds.hubCorruptions.get())
              .value("clones", deeds.clones.get())
              .value("crashPoints", deeds.crashPoints.get())
              .value("readings", found.readings)
              .value("read", found.read)
              .value("missing", found.missing)
              .value("duplicated", found.duplicated)
              .value("disordered", found.disordered)
              .value("altered", found.altered)
              .value("unaccounted", found.unaccounted)
              .value("unexplained", found.unexplained)
              .value("droppedWithGap", found.droppedWithGap)
              .value("lostUnproven", found.lostUnproven)
              .value("resent", found.resent)
              .value("broken", deeds.broken.get() + (failure == null ? 0 : 1));
      out.println(result.end().done());
    } else {
      out.printf(
          "%d readings acknowledged, %d read: %d missing, %d duplicated, %d disordered, %d altered;"
              + " %d dropped with a Gap, %d resent%n%s%n",
          found.readings,
          found.read,
          found.missing,
          found.duplicated,
          found.disordered,
          found.altered,
          found.droppedWithGap,
          found.resent,
          holds ? "The promise holds." : "BROKEN");
    }
    out.flush();
    return holds ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }
}
