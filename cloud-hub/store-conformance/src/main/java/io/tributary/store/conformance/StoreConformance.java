package io.tributary.store.conformance;

import io.tributary.store.Layout;
import io.tributary.store.Store;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the parts of the suite share: a store that is opened before each test, and may be reopened
/// within it. An implementation extends each part with a class that gives its fixture.
public abstract class StoreConformance {
  private static final long EVENTUALLY_NANOS = 20_000_000_000L;
  private static final long POLL_NANOS = 1_000_000;

  static final TopicSpec FIXED =
      new TopicSpec("fixed", new Layout.Partitions(3), true, TopicLimits.DEFAULT);
  static final TopicSpec PER_EDGE =
      new TopicSpec("per-edge", new Layout.PerEdge(2), true, TopicLimits.DEFAULT);

  private @Nullable StoreFixture fixture;
  private @Nullable StoreProbe probe;

  /// Fresh storage for one test.
  protected abstract StoreFixture fixture() throws Exception;

  @BeforeEach
  void openFirst() throws Exception {
    fixture = fixture();
    probe = new StoreProbe(opened().open());
  }

  @AfterEach
  void closeLast() throws Exception {
    store().close();
    opened().close();
  }

  /// The store of now.
  final StoreProbe probe() {
    return Objects.requireNonNull(probe, "before the test");
  }

  final Store store() {
    return probe().store();
  }

  final void reopen() throws Exception {
    store().close();
    probe = new StoreProbe(opened().open());
  }

  final void advance(Duration time) {
    opened().advance(time);
  }

  final boolean keepsBytesAndOffsets() {
    return opened().keepsBytesAndOffsets();
  }

  /// Polls until something holds, within a bound.
  static void eventually(String what, BooleanSupplier holds) {
    long deadlineNanos = System.nanoTime() + EVENTUALLY_NANOS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError("not in time: " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private StoreFixture opened() {
    return Objects.requireNonNull(fixture, "before the test");
  }
}
