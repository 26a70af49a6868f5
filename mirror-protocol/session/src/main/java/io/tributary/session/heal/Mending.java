package io.tributary.session.heal;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Damage on its way to being healed: whom to ask for what, what to write, and what nobody has. Confined to one thread.
///
/// ```
///   found ─▶ Ask ─▶ answered ─▶ Ask … ─▶ Write ─▶ written: forgotten
///    ▲        │                  │                   │
///    └─later──┴─ no answer       └─▶ Lost ◀──────────┘ does not fit, or waits for what nobody has
/// ```
///
/// The owner calls `next` until it is null, and brings what came of each step. One damage is in hand at a time. What is
/// absent at the other end is lost for itself; what lies before and behind it is healed all the same.
///
/// @param <F> a finding of the owner's log
public final class Mending<F> {
  /// The bounds, each with the failure that it prevents.
  ///
  /// @param retryNanos when it is tried again after the other end was not there
  /// @param answerNanos how long the other end may take for a batch; one that hangs keeps no other damage from healing
  /// @param pending how much damage waits; more is found again by a later round
  /// @param settled how much damage is remembered that stays; bounds the memory of a disk that dies
  public record Bounds(long retryNanos, long answerNanos, int pending, int settled) {
    public Bounds {
      if (retryNanos < 1 || answerNanos < 1 || pending < 1 || settled < 1) {
        throw new IllegalArgumentException("bounds of healing are positive");
      }
    }
  }

  /// A batch of 1 MiB comes in 1,024 slices, one there and back each: ten minutes over the slowest link.
  public static final long ANSWER_NANOS = TimeUnit.MINUTES.toNanos(15);

  /// What is kept for want of the rest is tried again after so many retries, then after twice as many, and so on.
  private static final int KEPT_RETRIES = 2;

  private static final int DOUBLED_MOST = 12;

  /// How much is fetched before it is written, where that can be done in pieces.
  private static final int PIECE_BYTES = 4 * 1024 * 1024;

  /// What the owner is to do.
  public sealed interface Step<F> {}

  /// Ask the other end for the batch that begins at an offset; then `answered`, or `unanswered`.
  public record Ask<F>(Damage<F> damage, long from) implements Step<F> {}

  /// Write these batches in their places; then, at once, `written` or `unwritten`.
  public record Write<F>(Damage<F> damage, List<ByteBuffer> batches) implements Step<F> {}

  /// Nobody has these records any more.
  ///
  /// @param to behind the last one
  public record Lost<F>(Damage<F> damage, long from, long to, String why) implements Step<F> {}

  /// What came of writing.
  public enum Written {
    /// The batches are in their places.
    HEALED,
    /// They are kept until the rest of the same damage comes. Kept again when nothing else waits but what is kept as well,
    /// they are lost: the rest does not come.
    KEPT,
    /// They are not what was there.
    UNFIT,
    /// The place was deleted meanwhile.
    GONE
  }

  /// Damage and what became of it, for status.
  public record Open<F>(F finding, String state) {}

  private record Range(long from, long to, String why) {}

  private enum Stage {
    TO_ASK,
    ASKED,
    TO_WRITE,
    TO_TELL
  }

  private static final class Pending<F> {
    private final Damage<F> damage;
    private final List<ByteBuffer> batches = new ArrayList<>();
    private final ArrayDeque<Range> lost = new ArrayDeque<>();

    /// What was told as lost while the rest waits, by its first offset.
    private final TreeMap<Long, Range> told = new TreeMap<>();

    private Stage stage = Stage.TO_ASK;
    private int batchBytes;
    private long due;
    private long atNanos;
    private String state = "found";

    /// How often its batches were kept for want of the rest.
    private int timesKept;

    /// How long it waits when all that is lost of it has been told; 0: then it is left for good.
    private long keptForNanos;

    /// Whether a part of it was healed, so that a later round finds only the rest.
    private boolean isWritten;

    private Pending(Damage<F> damage, long nowNanos) {
      this.damage = damage;
      restart(nowNanos);
    }

    private void restart(long whenNanos) {
      emptyHands();
      lost.clear();
      stage = Stage.TO_ASK;
      due = damage.from();
      keptForNanos = 0;
      atNanos = whenNanos;
    }

    private void emptyHands() {
      batches.clear();
      batchBytes = 0;
    }

    private boolean isPiece() {
      return damage.inPieces() && batchBytes >= PIECE_BYTES;
    }

    /// Is to be told as lost, but for what has been told already.
    private void lose(long from, long to, String why) {
      long at = from;
      for (Range before : told.values()) {
        if (before.to() > at && before.from() < to) {
          if (before.from() > at) {
            lost.add(new Range(at, before.from(), why));
          }
          at = before.to();
        }
      }
      if (at < to) {
        lost.add(new Range(at, to, why));
      }
    }

    /// Came back after all, whatever was told of it before.
    private void isBack(long from, long to) {
      for (Range before : List.copyOf(told.values())) {
        if (before.to() > from && before.from() < to) {
          told.remove(before.from());
          if (before.from() < from) {
            told.put(before.from(), new Range(before.from(), from, before.why()));
          }
          if (before.to() > to) {
            told.put(to, new Range(to, before.to(), before.why()));
          }
        }
      }
    }

    private void loseAll(String why) {
      lost.clear();
      lose(damage.from(), damage.to(), why);
    }
  }

  private final Bounds bounds;
  private final BatchView view = new BatchView();
  private final Map<Damage.Key, Pending<F>> pending = new LinkedHashMap<>();
  private final Map<Damage.Key, Open<F>> settled = new LinkedHashMap<>();

  private @Nullable Pending<F> inHand;
  private long healedBatches;

  public Mending(Bounds bounds) {
    this.bounds = bounds;
  }

  /// Whether this damage waits or stays: it is found again in every round.
  public boolean isKnown(Damage<F> damage) {
    return pending.containsKey(damage.key()) || settled.containsKey(damage.key());
  }

  /// Whether this damage is being fetched or written.
  public boolean isInHand(Damage<F> damage) {
    return inHand != null && inHand.damage.key().equals(damage.key());
  }

  /// Whether it is known what became of this damage: it stays as it is.
  public boolean isSettled(Damage<F> damage) {
    return settled.containsKey(damage.key()) && !pending.containsKey(damage.key());
  }

  /// Takes in damage that the other end may heal.
  public void found(Damage<F> damage, long nowNanos) {
    if (!isKnown(damage) && pending.size() < bounds.pending()) {
      pending.put(damage.key(), new Pending<>(damage, nowNanos));
    }
  }

  /// Remembers damage that stays as it is.
  public void stays(Damage<F> damage, String state) {
    settle(damage.key(), new Open<>(damage.finding(), state));
  }

  /// Forgets what concerns nobody any more, what is in hand included: what comes of that does not matter.
  public void forgetAll(Predicate<F> isGone) {
    pending.values().removeIf(one -> isGone.test(one.damage.finding()));
    settled.values().removeIf(open -> isGone.test(open.finding()));
    if (inHand != null && isGone.test(inHand.damage.finding())) {
      inHand = null;
    }
  }

  private void settle(Damage.Key key, Open<F> open) {
    settled.put(key, open);
    if (settled.size() > bounds.settled()) {
      settled.remove(settled.keySet().iterator().next());
    }
  }

  /// What is to be done now; null: nothing, but to wait.
  public @Nullable Step<F> next(long nowNanos) {
    Pending<F> one = inHand == null ? nextDue(nowNanos) : inHand;
    inHand = one;
    if (one == null) {
      return null;
    }
    return switch (one.stage) {
      case TO_ASK -> {
        one.stage = Stage.ASKED;
        one.atNanos = nowNanos;
        one.state = "is fetched from " + one.damage.peer();
        yield new Ask<>(one.damage, one.due);
      }
      case ASKED -> {
        if (nowNanos - one.atNanos > bounds.answerNanos()) {
          later(one, one.damage.peer() + " did not answer; it is asked again", nowNanos);
        }
        yield null;
      }
      case TO_WRITE -> new Write<>(one.damage, List.copyOf(one.batches));
      case TO_TELL -> tell(one);
    };
  }

  /// What came of an Ask. Nothing that comes too late matters.
  public void answered(Fetched fetched, long nowNanos) {
    Pending<F> one = inHand;
    if (one == null || one.stage != Stage.ASKED) {
      return;
    }
    String peer = one.damage.peer();
    switch (fetched.outcome()) {
      case WHOLE -> take(one, fetched.batch());
      case ABSENT -> missing(one, one.damage.to(), peer + " does not have it");
      case BUSY -> later(one, "waits until " + peer + " has sent another", nowNanos);
      case GONE -> later(one, "waits until " + peer + " mirrors this stream", nowNanos);
    }
  }

  /// An Ask cannot be carried out now.
  public void unanswered(String state, long nowNanos) {
    if (inHand != null) {
      later(inHand, state, nowNanos);
    }
  }

  /// What came of a Write.
  public void written(Written written) {
    Pending<F> one = inHand;
    if (one == null) {
      return;
    }
    switch (written) {
      case HEALED -> {
        healedBatches += one.batches.size();
        one.isWritten = true;
        for (ByteBuffer batch : one.batches) {
          view.wrap(batch, batch.position());
          one.isBack(view.streamOffset(), view.streamOffset() + view.count());
        }
        if (one.due < one.damage.to()) {
          one.emptyHands();
          one.stage = Stage.TO_ASK;
          return;
        }
      }
      case KEPT -> {
        one.timesKept++;
        if (one.timesKept > 1 && pending.values().stream().allMatch(each -> each.timesKept > 0)) {
          one.loseAll("where it lay in larger damage cannot be told any more");
        } else {
          one.keptForNanos =
              (bounds.retryNanos() * KEPT_RETRIES) << Math.min(one.timesKept, DOUBLED_MOST);
        }
      }
      case UNFIT -> {
        if (one.isWritten) {
          forget(one); // a part of it is back: a later round finds what is left
          return;
        }
        one.loseAll("what " + one.damage.peer() + " has does not fit where it was");
      }
      case GONE -> {
        one.lost.clear();
        one.told.clear();
        stays(one.damage, "retention has deleted it");
      }
    }
    one.stage = Stage.TO_TELL;
    if (one.lost.isEmpty()) {
      leave(one);
    }
  }

  /// A Write failed, for a reason that passes.
  public void unwritten(String why, long nowNanos) {
    if (inHand != null) {
      later(inHand, "cannot be written now: " + why, nowNanos);
    }
  }

  /// What waits and what stays.
  public List<Open<F>> open() {
    List<Open<F>> open = new ArrayList<>();
    pending.values().forEach(one -> open.add(new Open<>(one.damage.finding(), one.state)));
    open.addAll(settled.values());
    return open;
  }

  /// Batches that the other end gave back.
  public long healedBatches() {
    return healedBatches;
  }

  private @Nullable Pending<F> nextDue(long nowNanos) {
    for (Pending<F> one : pending.values()) {
      if (nowNanos - one.atNanos >= 0) {
        return one;
      }
    }
    return null;
  }

  /// The batch that was due, or one behind it: what lies between is missing.
  private void take(Pending<F> one, @Nullable ByteBuffer batch) {
    if (batch == null || !isFitting(one, batch)) {
      missing(one, one.damage.to(), one.damage.peer() + " sent something else");
      return;
    }
    if (view.streamOffset() > one.due) {
      long behind = Math.min(view.streamOffset(), one.damage.to());
      missing(one, behind, one.damage.peer() + " does not have it");
    }
    if (view.streamOffset() >= one.damage.to()) {
      return;
    }
    one.batches.add(batch);
    one.batchBytes += batch.remaining();
    goOnAt(one, view.streamOffset() + view.count());
  }

  private boolean isFitting(Pending<F> one, ByteBuffer batch) {
    try {
      view.wrap(batch, batch.position()).check(Limits.FROM_EDGE);
    } catch (BatchRefused e) {
      return false;
    }
    long from = view.streamOffset();
    return view.hasIdentity()
        && view.streamId() == one.damage.streamId()
        && from >= one.due
        && (from >= one.damage.to() || from + view.count() <= one.damage.to());
  }

  private void missing(Pending<F> one, long to, String why) {
    one.lose(one.due, to, why);
    goOnAt(one, to);
  }

  private void goOnAt(Pending<F> one, long due) {
    one.due = due;
    boolean isAll = due >= one.damage.to() || one.isPiece();
    one.stage = !isAll ? Stage.TO_ASK : one.batches.isEmpty() ? Stage.TO_TELL : Stage.TO_WRITE;
  }

  private @Nullable Step<F> tell(Pending<F> one) {
    Range range = one.lost.poll();
    if (range == null) {
      leave(one); // all of it had been told while it waited
      return null;
    }
    one.told.put(range.from(), range);
    if (one.lost.isEmpty()) {
      leave(one);
    }
    return new Lost<>(one.damage, range.from(), range.to(), range.why());
  }

  /// All that is lost of it has been told: it waits for the rest of the same damage, or is left for good. What is lost is
  /// remembered as a later round will find it: as a whole, or what was not healed of it.
  private void leave(Pending<F> one) {
    if (one.keptForNanos > 0) {
      putBack(one, "waits for the rest of the same damage", one.atNanos + one.keptForNanos);
      return;
    }
    forget(one);
    for (Range range : one.told.values()) {
      settle(
          one.isWritten ? one.damage.keyOf(range.from(), range.to()) : one.damage.key(),
          new Open<>(one.damage.finding(), range.why() + ": lost"));
    }
  }

  /// Others come first then: an end that hangs again and again must not keep them waiting.
  private void later(Pending<F> one, String state, long nowNanos) {
    putBack(one, state, nowNanos + bounds.retryNanos());
  }

  private void putBack(Pending<F> one, String state, long whenNanos) {
    one.restart(whenNanos);
    one.state = state;
    forget(one);
    pending.put(one.damage.key(), one);
  }

  private void forget(Pending<F> one) {
    pending.remove(one.damage.key());
    inHand = null;
  }
}
