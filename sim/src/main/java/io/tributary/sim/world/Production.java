package io.tributary.sim.world;

import io.tributary.agent.Agent;
import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.Partition;
import io.tributary.store.RecordsDeleted;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import io.tributary.store.log.LogStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What Kafka clients do at the hub of a world: topics, one of them compacted, their producers, somebody who deletes
/// records now and then, and the store's cleaner in turns. Everything comes from a seed of its own, so that a world without
/// it is as it would be.
///
/// ```
/// SimProducer ─▶ Store.produce ─▶ answers ─▶ ProducedBook ◀─ audits: after each start, now and then, in the end
/// ```
final class Production {
  private static final int KIB = 1024;
  private static final int BATCHES_MOST = 120;
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SEED = 0x6A09_E667_F3BC_C908L;

  private final World world;
  private final SplittableRandom random;
  private final List<TopicSpec> topics = new ArrayList<>();
  private final List<ProducedBook> books = new ArrayList<>();
  private final List<SimProducer> producers = new ArrayList<>();

  /// What the store has said and nobody has heard yet: on its thread nothing may be thrown.
  private final Queue<Runnable> answers = new ArrayDeque<>();

  private long nextProducerId = 1_000;
  private boolean isHubGone;

  /// @param isThere whether there is any of it in this world
  Production(World world, long seed, boolean isThere) {
    this.world = world;
    this.random = new SplittableRandom(seed ^ SEED);
    if (isThere) {
      planTopic("produced", CleanupPolicy.DELETE);
      planTopic("compacted", compacting());
    }
  }

  /// Whether a world has it, where its story leaves that to the seed.
  static boolean isIn(long seed) {
    return Story.chance(new SplittableRandom(seed ^ ~SEED), 4);
  }

  private CleanupPolicy compacting() {
    CleanupPolicy policy =
        CleanupPolicy.COMPACT
            .withMinCleanableDirtyRatio(random.nextInt(2) * 0.5)
            .withDeleteRetentionMs(Story.pick(random, 0, 1_000, 100_000));
    return Story.chance(random, 4) ? policy.withWords("compact,delete") : policy;
  }

  private void planTopic(String name, CleanupPolicy policy) {
    boolean isKeptShortly = policy.deletes() && random.nextBoolean();
    TopicLimits limits =
        new TopicLimits(
                isKeptShortly ? Story.pick(random, 2_000, 10_000) : TopicLimits.UNLIMITED,
                isKeptShortly && random.nextBoolean() ? 128 * KIB : TopicLimits.UNLIMITED,
                64 * KIB,
                64 * KIB)
            .withCleanup(policy);
    int partitions = 1 + random.nextInt(2);
    topics.add(new TopicSpec(name, new Layout.Partitions(partitions), false, limits));
    for (int index = 0; index < partitions; index++) {
      ProducedBook book = new ProducedBook(name, index, policy, !isKeptShortly, world.tally());
      books.add(book);
      for (int count = 1 + random.nextInt(3); count > 0; count--) {
        producers.add(new SimProducer(this, book, random.nextInt(BATCHES_MOST), random.split()));
      }
    }
  }

  private boolean isThere() {
    return !topics.isEmpty();
  }

  /// Producers begin.
  void begin() {
    producers.forEach(SimProducer::begin);
  }

  // --- what producers ask

  World world() {
    return world;
  }

  /// Null while the hub is not up.
  @Nullable Store store() {
    return world.hub().isUp() ? world.hub().store() : null;
  }

  long nowMs() {
    return World.START_MS + world.timeline().elapsedMs();
  }

  long newProducerId() {
    return nextProducerId++;
  }

  /// The store has something to do.
  void asked() {
    long most = TimeUnit.MILLISECONDS.toNanos(world.story().storeDelayMs());
    world.hub().planStore(most == 0 ? 0 : random.nextLong(most));
  }

  /// Whether nobody hears what the hub says, since it dies.
  boolean isHubGone() {
    return isHubGone;
  }

  /// The store said something.
  void answered(Runnable answer) {
    answers.add(answer);
  }

  // --- what happens to the hub

  /// The hub has started: what was durable is there.
  ///
  /// @return false when something cannot be read now
  boolean hubStarted(LogStore store) {
    for (ProducedBook book : books) {
      Partition partition = store.partition(book.topic(), book.index());
      try {
        if (partition != null) {
          book.hubStarted(partition, nowMs(), () -> store.status().damagedBytes() > 0);
        } else {
          book.isGone();
        }
      } catch (StoreRefused | IOException e) {
        world.trace().note("hub", book + " cannot be read: " + e);
        return false;
      }
    }
    return true;
  }

  /// The hub's process lives: its cleaner and its clients have their turns.
  void live(LogStore store, int born) {
    if (isThere()) {
      createMissing(store);
      world.hub().inTurn(born, world.patientNanos(TURN_NANOS), () -> turn(store, born));
    }
  }

  private void turn(LogStore store, int born) {
    clean(store.cleaner());
    if (!world.isHealing() && random.nextInt(40) == 0) {
      deleteRecords(store, books.get(random.nextInt(books.size())));
    }
    if (random.nextInt(20) == 0) {
      audit(store);
    }
    readOn(store, books.get(random.nextInt(books.size())));
    live(store, born);
  }

  private void readOn(Store store, ProducedBook book) {
    Partition partition = store.partition(book.topic(), book.index());
    try {
      if (partition != null) {
        book.readOn(partition);
      }
    } catch (StoreRefused | IOException e) {
      world.trace().note("reader", "cannot read " + book + ": " + e.getMessage());
    }
  }

  private void clean(Agent cleaner) {
    try {
      world.tally().visited("produced.CLEANED", cleaner.doWork(world.timeline().nowNanos()));
    } catch (AssertionError bug) {
      if (bug.getCause() instanceof PowerCut cut) {
        throw cut;
      }
      throw bug;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the cleaner's turn failed", e);
    }
  }

  private void createMissing(Store store) {
    for (TopicSpec topic : topics) {
      if (store.topic(topic.name()) == null) {
        store.createTopic(
            topic,
            new TopicCreated() {
              @Override
              public void created(TopicStatus now) {}

              @Override
              public void refused(StoreRefused why) {
                world.trace().note("operator", "is refused a topic: " + why.code());
              }
            });
        asked();
      }
    }
  }

  private void deleteRecords(Store store, ProducedBook book) {
    long wanted = random.nextInt(3) == 0 ? Store.END : random.nextLong(book.end() + 1);
    book.deletionAsked(wanted == Store.END ? Long.MAX_VALUE : wanted);
    world.trace().note("operator", "deletes records of " + book, wanted, 0);
    store.deleteRecords(
        book.topic(),
        book.index(),
        wanted,
        new RecordsDeleted() {
          @Override
          public void deleted(long startOffset) {
            answered(() -> book.deleted(startOffset));
          }

          @Override
          public void refused(StoreRefused why) {
            world.trace().note("operator", "is refused: " + why.code());
          }
        });
    asked();
  }

  /// The store has had a turn, or has died in it: what it said counts.
  void hear() {
    while (!answers.isEmpty()) {
      answers.remove().run();
    }
    books.forEach(ProducedBook::groupEnded);
  }

  /// The hub's process is gone.
  void hubEnded() {
    isHubGone = true;
    hear();
    isHubGone = false;
    producers.forEach(SimProducer::disconnected);
  }

  /// An accident that takes durable data from the hub.
  void hubMayGoBack() {
    books.forEach(ProducedBook::mayGoBack);
  }

  /// A bit flipped in a batch.
  ///
  /// @return whether it was one of a producer
  boolean flipped(SimDisk disk, Flips.Flip flip) {
    ProducedBook book = bookOf(flip.path());
    if (book == null) {
      return false;
    }
    String directory = flip.path().substring(0, flip.path().lastIndexOf('/') + 1);
    boolean isNewest = disk.paths(directory, ".segment").getLast().equals(flip.path());
    book.flipped(flip.place().atHub(), isNewest);
    return true;
  }

  /// A bit flipped where everything is kept twice, or can be made again.
  void flippedHarmlessly(String path) {
    ProducedBook book = bookOf(path);
    if (book != null) {
      book.headerFlipped();
    }
  }

  private @Nullable ProducedBook bookOf(String path) {
    for (ProducedBook book : books) {
      String directory = "topics/" + book.topic() + "/" + book.index();
      if (path.startsWith(directory + "/") || path.startsWith(directory + "~")) {
        return book;
      }
    }
    return null;
  }

  /// Whether Kafka producers write to a topic here.
  boolean owns(String topic) {
    return topics.stream().anyMatch(spec -> spec.name().equals(topic));
  }

  // --- the end

  /// Nothing fails any more, and nothing new is made.
  void heal() {
    producers.forEach(SimProducer::heal);
  }

  /// What is not delivered yet, in words; null: nothing.
  @Nullable String undelivered() {
    for (SimProducer producer : producers) {
      String waits = producer.undelivered();
      if (waits != null) {
        return waits;
      }
    }
    return null;
  }

  /// Reads all.
  ///
  /// @return false when something cannot be read now
  boolean audit(LogStore store) {
    boolean isWhole = true;
    for (ProducedBook book : books) {
      Partition partition = store.partition(book.topic(), book.index());
      try {
        if (partition != null) {
          book.audit(partition, nowMs(), () -> store.status().damagedBytes() > 0);
        }
      } catch (StoreRefused | IOException e) {
        world.trace().note("hub", book + " cannot be read: " + e);
        isWhole = false;
      }
    }
    return isWhole;
  }
}
