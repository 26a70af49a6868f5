package io.tributary.session.heal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is asked, written and told, for damage of one or several batches.
class MendingTest {
  private static final long STREAM = 7;
  private static final long RETRY = 1_000;
  private static final long ANSWER = 5_000;

  private enum Kind {
    DAMAGED
  }

  private final Mending<String> mending = new Mending<>(new Mending.Bounds(RETRY, ANSWER, 10, 2));
  private long now = Long.MAX_VALUE - 500; // the clock may pass the end of its range

  private static Damage<String> damage(long from, long to) {
    return new Damage<>("at " + from, Kind.DAMAGED, STREAM, from, to, "the hub", false);
  }

  private static ByteBuffer batch(long from, int count) {
    return batch(from, count, 10);
  }

  private static ByteBuffer batch(long from, int count, int valueBytes) {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
    try {
      for (int i = 0; i < count; i++) {
        assertTrue(builder.tryAppend(0, null, new byte[valueBytes], List.of()));
      }
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
    return builder.build(new BatchIdentity(STREAM, from));
  }

  private void asks(long from) {
    assertEquals(from, assertInstanceOf(Mending.Ask.class, mending.next(now)).from());
    assertNull(mending.next(now), "one at a time");
  }

  private void comes(long from, int count) {
    mending.answered(Fetched.whole(batch(from, count)), now);
  }

  private void isAbsent() {
    mending.answered(Fetched.without(Fetched.Outcome.ABSENT), now);
  }

  private void writes(int batches) {
    assertEquals(
        batches, assertInstanceOf(Mending.Write.class, mending.next(now)).batches().size());
  }

  private void isKept(long from, int count) {
    asks(from);
    comes(from, count);
    writes(1);
    mending.written(Mending.Written.KEPT);
  }

  private void loses(long from, long to) {
    Mending.Lost<?> lost = assertInstanceOf(Mending.Lost.class, mending.next(now));
    assertEquals(from, lost.from());
    assertEquals(to, lost.to());
  }

  /// Of 10 to 30 the first half is told as lost; the second comes, is kept, and is about to be written again.
  private void keepsTheSecondHalfTwice() {
    mending.found(damage(10, 30), now);
    asks(10);
    comes(20, 10);
    writes(1);
    mending.written(Mending.Written.KEPT);
    loses(10, 20);
    assertNull(mending.next(now));
    now += 4 * RETRY;
    asks(10);
    comes(20, 10);
    writes(1);
  }

  /// Of 0 to 100 a first piece of 4.5 MB is to be written.
  private Damage<String> isToWriteAPiece() {
    Damage<String> damage = new Damage<>("gone", Kind.DAMAGED, STREAM, 0, 100, "the edge", true);
    mending.found(damage, now);
    for (int from = 0; from < 50; from += 10) {
      asks(from);
      mending.answered(Fetched.whole(batch(from, 10, 90_000)), now);
    }
    writes(5);
    return damage;
  }

  @Test
  void writesInPiecesWhatMayBeLarge() {
    isToWriteAPiece();
    mending.written(Mending.Written.HEALED);
    asks(50);
    comes(50, 50);
    writes(1);
    mending.written(Mending.Written.HEALED);
    assertNull(mending.next(now));
    assertEquals(6, mending.healedBatches());
  }

  @Test
  void aPieceThatIsBackIsNotToldAsLostWithTheRest() {
    Damage<String> damage = isToWriteAPiece();
    mending.written(Mending.Written.HEALED);
    asks(50);
    comes(50, 50);
    writes(1);
    mending.written(Mending.Written.UNFIT);
    assertNull(mending.next(now));
    assertFalse(mending.isKnown(damage));
  }

  @Test
  void asksForOneBatchAfterTheOtherAndWritesThemTogether() {
    mending.found(damage(10, 30), now);
    asks(10);
    comes(10, 15);
    asks(25);
    comes(25, 5);
    writes(2);
    mending.written(Mending.Written.HEALED);
    assertNull(mending.next(now));
    assertEquals(2, mending.healedBatches());
    assertEquals(List.of(), mending.open());
  }

  @Test
  void whatIsAbsentBehindABatchIsLostForItself() {
    mending.found(damage(10, 30), now);
    asks(10);
    comes(10, 10);
    asks(20);
    isAbsent();
    writes(1);
    mending.written(Mending.Written.HEALED);
    loses(20, 30);
    assertNull(mending.next(now));
    assertTrue(mending.isKnown(damage(20, 30)), "and is not asked for again");
  }

  @Test
  void aBatchBehindTheOneThatWasAskedForIsHealedAsWell() {
    mending.found(damage(10, 30), now);
    asks(10);
    comes(20, 10);
    writes(1);
    mending.written(Mending.Written.HEALED);
    loses(10, 20);
    assertNull(mending.next(now));
  }

  @Test
  void aBatchBehindTheDamageSaysThatNothingOfItIsLeft() {
    mending.found(damage(10, 30), now);
    asks(10);
    comes(30, 10);
    loses(10, 30);
    assertNull(mending.next(now));
  }

  @Test
  void whatIsKeptForARestThatNobodyHasIsLost() {
    mending.found(damage(10, 20), now);
    mending.found(damage(30, 40), now);
    isKept(10, 10);
    asks(30);
    mending.answered(Fetched.without(Fetched.Outcome.GONE), now);
    now += 4 * RETRY;
    isKept(10, 10);
    asks(30);
    mending.answered(Fetched.without(Fetched.Outcome.GONE), now);
    assertNull(mending.next(now), "the rest may come");
    now += RETRY;
    asks(30);
    isAbsent();
    loses(30, 40);
    now += 8 * RETRY;
    isKept(10, 10);
    loses(10, 20);
    assertNull(mending.next(now));
    assertTrue(mending.isKnown(damage(10, 20)), "and is not asked for again");
  }

  @Test
  void whatIsAbsentOfWhatIsKeptIsToldOnceAndTheRestWaits() {
    mending.found(damage(10, 30), now);
    mending.found(damage(40, 50), now);
    asks(10);
    comes(10, 10);
    asks(20);
    isAbsent();
    writes(1);
    mending.written(Mending.Written.KEPT);
    loses(20, 30);
    asks(40);
    mending.answered(Fetched.without(Fetched.Outcome.GONE), now);
    assertTrue(mending.isKnown(damage(10, 30)), "a round that finds it does not begin anew");
    now += 4 * RETRY;
    asks(10);
    comes(10, 10);
    asks(20);
    isAbsent();
    writes(1);
    mending.written(Mending.Written.HEALED);
    asks(40);
    isAbsent();
    loses(40, 50);
    assertNull(mending.next(now));
    assertTrue(mending.isKnown(damage(20, 30)), "a later round finds just this");
  }

  @Test
  void whatWasToldAndComesBackAfterAllIsNotShownAsLost() {
    mending.found(damage(10, 40), now);
    asks(10);
    comes(30, 10);
    writes(1);
    mending.written(Mending.Written.KEPT);
    loses(10, 30);
    now += 4 * RETRY;
    asks(10);
    comes(15, 5);
    asks(20);
    comes(30, 10);
    writes(2);
    mending.written(Mending.Written.HEALED);
    assertNull(mending.next(now), "10 to 15 and 20 to 30 are lost, and were told");
    assertEquals(2, mending.open().size());
    assertTrue(mending.isKnown(damage(10, 15)));
    assertTrue(mending.isKnown(damage(20, 30)));
    assertFalse(mending.isKnown(damage(15, 20)));
  }

  @Test
  void whatRetentionDeletesWhileItIsKeptIsShownAsDeleted() {
    keepsTheSecondHalfTwice();
    mending.written(Mending.Written.GONE);
    assertEquals(
        List.of("retention has deleted it"),
        mending.open().stream().map(Mending.Open::state).toList());
  }

  @Test
  void whatIsKeptForARestThatIsAbsentIsLostInTheEnd() {
    keepsTheSecondHalfTwice();
    mending.written(Mending.Written.KEPT);
    loses(20, 30);
    assertNull(mending.next(now));
    mending.found(damage(10, 30), now);
    assertNull(mending.next(now), "and is not asked for again");
    assertEquals(1, mending.open().size());
  }

  @Test
  void whatGoesMissingWhileItIsKeptIsTold() {
    mending.found(damage(10, 40), now);
    asks(10);
    comes(20, 10);
    asks(30);
    comes(30, 10);
    writes(2);
    mending.written(Mending.Written.KEPT);
    loses(10, 20);
    now += 4 * RETRY;
    asks(10);
    isAbsent();
    loses(20, 40);
    assertNull(mending.next(now));
    mending.found(damage(10, 40), now);
    assertNull(mending.next(now));
  }

  @Test
  void whatDoesNotFitIsLostAsAWhole() {
    mending.found(damage(10, 20), now);
    asks(10);
    comes(10, 10);
    writes(1);
    mending.written(Mending.Written.UNFIT);
    loses(10, 20);
    assertEquals(0, mending.healedBatches());
  }

  @Test
  void somethingElseIsNotWritten() {
    mending.found(damage(10, 20), now);
    asks(10);
    comes(10, 11);
    loses(10, 20);
    mending.found(damage(30, 40), now);
    asks(30);
    mending.answered(Fetched.whole(ByteBuffer.allocate(200)), now);
    loses(30, 40);
  }

  @Test
  void whoIsNotThereIsAskedAgainAndOthersComeFirst() {
    mending.found(damage(10, 20), now);
    mending.found(damage(30, 40), now);
    asks(10);
    mending.answered(Fetched.without(Fetched.Outcome.GONE), now);
    asks(30);
    now += ANSWER + 1;
    assertNull(mending.next(now), "it has waited long enough");
    comes(30, 10); // too late
    asks(10);
    comes(10, 10);
    writes(1);
    mending.unwritten("no room", now);
    now += RETRY;
    asks(30);
    comes(30, 10);
    writes(1);
    mending.written(Mending.Written.HEALED);
    asks(10);
  }

  @Test
  void damageThatStaysIsRememberedWithinABound() {
    for (int i = 0; i < 3; i++) {
      mending.stays(damage(10 * i, 10 * i + 10), "stays");
    }
    assertEquals(2, mending.open().size());
    mending.found(damage(20, 30), now);
    assertNull(mending.next(now));
    mending.found(damage(20, 31), now);
    asks(20);
  }
}
