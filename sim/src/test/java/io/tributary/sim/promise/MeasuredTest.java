package io.tributary.sim.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import org.junit.jupiter.api.Test;

/// What a row says besides its figures comes out of the result of its command.
final class MeasuredTest {
  @Test
  void saysWhatAnAlarmTookBesideTheBacklog() throws Exception {
    assertEquals(
        "45 alarms beside a backlog that kept the link busy for 80 of 90 s: from publish to a Kafka client median 0.9 s,"
            + " p99 7.2 s; the backlog median 41.0 s, p99 79.0 s. 54.2 kbit/s up on average, 600 kB up and 30 kB down on"
            + " the wire for 700 kB of readings; 2 dials. A byte-rate cap is not built.",
        Measured.of(
            12,
            json(
                "{'alarmMillis':{'count':45,'p50':900,'p99':7200},'backlogMillis':{'p50':41000,'p99':79000},"
                    + "'backlogDrainedAfterSeconds':80,'alarmSeconds':90,'kilobitsUpOnAverage':54.2,'wireBytesUp':600000,"
                    + "'wireBytesDown':30000,'rawBytes':700000,'dials':2,'byteRateCap':'not built'}")));
  }

  @Test
  void saysHowTheDialsOfEachFleetSpread() throws Exception {
    assertEquals(
        "1000 edges (3 outages): 497 dials a second on average, 640 at the most; all back after 2.0 s on average, 3.5 s"
            + " at the most; the hub held 579 kB of all sessions at the most.",
        Measured.of(
            13,
            json(
                "{'reunions':[{'edges':1000,'outages':3,'dialsPerSecondMean':496.6,'dialsPerSecondMost':640,"
                    + "'allBackAfterMsMean':2016,'allBackAfterMsMost':3500,'heldBytesMost':579309}]}")));
  }

  @Test
  void saysWhichThreadWasNeverTold() throws Exception {
    assertEquals(
        "told after: edge uplink 12.5 s, hub store never.",
        Measured.of(
            27,
            json(
                "{'threads':[{'program':'edge','thread':'uplink','told':true,'toldAfterMs':12500},"
                    + "{'program':'hub','thread':'store','told':false,'toldAfterMs':30000}]}")));
  }

  @Test
  void saysNothingWhereTheTableSaysAll() throws Exception {
    assertEquals("", Measured.of(1, json("{'seeds':20}")));
    assertEquals("", Measured.of(13, json("{'seeds':20}")));
  }

  private static JsonObject json(String text) throws Exception {
    return JsonParser.object().from(text.replace('\'', '"'));
  }
}
