package io.tributary.sim.field.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// That an account sees everything that must not be, and nothing else.
final class AccountTest {
  private final Outages none = new Outages();

  private static List<Long> say(Account account, String lane, int count) {
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(account.say(lane));
    }
    return values;
  }

  private static String reading(String source, Object value) {
    return "{\"source\":\"%s\",\"value\":%s,\"quality\":\"good\"}".formatted(source, value);
  }

  @Test
  void holdsWhenAllIsThereOnceAndInOrder() {
    Account account = new Account("a", Promise.EVERYTHING);
    List<Long> values = say(account, "a", 1_000);
    assertFalse(account.isComplete());
    values.forEach(value -> account.atHub(reading("a", value)));
    Balance balance = account.balance(none);
    assertTrue(account.isComplete());
    assertTrue(balance.holds());
    assertEquals(1_000, balance.atHub());
  }

  @Test
  void seesWhatIsMissingTwiceAndDisordered() {
    Account account = new Account("a", Promise.EVERYTHING);
    List<Long> values = say(account, "a", 4);
    for (int number : new int[] {0, 2, 1, 2}) {
      account.atHub(reading("a", values.get(number)));
    }
    Balance balance = account.balance(none);
    assertEquals(1, balance.missing());
    assertEquals(1, balance.twice());
    assertEquals(1, balance.disordered());
    assertEquals(3, balance.atHub());
    assertFalse(balance.holds());
  }

  @Test
  void seesWhatWasNeverSaid() {
    Account account = new Account("a", Promise.EVERYTHING);
    long value = say(account, "a", 1).getFirst();
    account.atHub(reading("a", value));
    account.atHub(reading("a", value + 1));
    account.atHub(reading("a", value / 10));
    account.atHub(reading("a", value + (1L << 32)));
    account.atHub(reading("a", "\"x\""));
    account.atHub(reading("b", value));
    account.atHub("{\"source\":\"a\",");
    assertEquals(6, account.balance(none).wrong());
  }

  @Test
  void takesAnErrorForWhatItTells() {
    Account account = new Account("a", Promise.EVERYTHING);
    account.atHub("{\"source\":\"a\",\"value\":null,\"quality\":\"error\",\"reason\":\"away\"}");
    Balance balance = account.balance(none);
    assertEquals(1, balance.told());
    assertTrue(balance.holds());
  }

  @Test
  void passesOverWhatIsNoneOfItsNumbersAndNeedNotBe() {
    Account account =
        new Account(
            "a",
            Promise.EVERYTHING,
            reading -> reading.has("time") ? reading.get("value") : Account.UNASKED);
    account.atHub(reading("a", true));
    Balance balance = account.balance(none);
    assertEquals(1, balance.told());
    assertTrue(balance.holds());
  }

  @Test
  void wantsOfAcknowledgedSourcesWhatWasAcknowledged() {
    Account account = new Account("a", Promise.ACKNOWLEDGED);
    List<Long> values = say(account, "a", 3);
    account.acknowledged(values.get(0));
    account.acknowledged(values.get(1));
    account.mayRepeat(values.get(0));
    account.atHub(reading("a", values.get(0)));
    account.atHub(reading("a", values.get(0)));
    Balance balance = account.balance(none);
    assertEquals(1, balance.again());
    assertEquals(0, balance.twice());
    assertEquals(1, balance.missing());
    assertEquals(1, balance.gone());
  }

  @Test
  void excusesALineOnlyForTimesWhenTheEdgeWasDown() {
    Account account = new Account("a", Promise.WHILE_UP);
    List<Long> values = say(account, "a", 3);
    account.atHub(reading("a", values.get(0)));
    account.atHub(reading("a", values.get(2)));
    long now = System.nanoTime();
    long hour = 3_600_000_000_000L;
    Outages longAgo = new Outages();
    longAgo.add(now - 2 * hour, now - hour);
    Outages justNow = new Outages();
    justNow.add(now - hour, now);
    assertEquals(1, account.balance(longAgo).missing());
    assertEquals(1, account.balance(justNow).gone());
  }

  @Test
  void excusesOnlyTheEndOfWhatWasCut() {
    Account account = new Account("a", Promise.UNTIL_CUT);
    List<Long> first = say(account, "a-0", 3);
    List<Long> second = say(account, "a-1", 3);
    account.atHub(reading("a-0", first.get(1)));
    account.atHub(reading("a-1", second.get(0)));
    account.atHub(reading("a-1", second.get(1)));
    Balance balance = account.balance(none);
    assertEquals(1, balance.gone(), "the last before the cut");
    assertEquals(2, balance.missing(), "the first of a lane, and the last of one that was not cut");
    assertFalse(account.isComplete());
  }
}
