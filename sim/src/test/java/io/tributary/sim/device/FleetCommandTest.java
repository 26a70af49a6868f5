package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.sim.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class FleetCommandTest {
  private final StringWriter err = new StringWriter();

  @Test
  void aDeviceStillNeedsItsTopicAndItsLedger() {
    assertEquals(ExitStatus.USAGE, run());
    assertTrue(says("Missing required options: '--topic=T', '--ledger=L'"), err::toString);
    assertEquals(ExitStatus.USAGE, run("--topic", "x"));
    assertTrue(says("Missing required option: '--ledger=L'"), err::toString);
  }

  @Test
  void aFleetDoesNotNeedThem() {
    assertEquals(0, run("mqtt", "--help"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--signal warmth | --signal is 'warmth' but must be one of temperature, humidity",
        "--fault stuck,bored | --fault is 'bored' but must be one of stuck, spike",
        "--qos 3 | --qos is '3' but must be 0, 1 or 2",
        "--devices 0 | --devices is '0' but must be 1 to 50000",
        "--rate 0 | --rate is '0.0' but must be above 0",
        "--protocol 4 | --protocol is '4' but must be 3.1.1 or 5",
        "--mqtt here | --mqtt is 'here' but must be HOST:PORT",
        "--zone Mars | --zone is 'Mars' but must be a zone",
        "--start noon | --start is 'noon' but must be an instant",
        "--client-id me | --client-id is 'me' but must be a template with {device}",
        "--topic all --ledger x | --topic is 'all' but must be a template with {device}",
        "--payload csv --ledger x | --payload is 'csv' but must be json",
        "--password-file x | --user is 'missing' but must be there",
      })
  void aWrongOptionIsNamedWithWhatIsAllowed(String options, String text) {
    assertEquals(ExitStatus.USAGE, run(("mqtt " + options).split(" ")));
    assertTrue(says(text), err::toString);
  }

  @Test
  void whereNobodyListensItIsTheWorld() {
    assertEquals(
        ExitStatus.WORLD,
        run("mqtt", "--mqtt", "127.0.0.1:1", "--seconds", "1", "--patience", "0"));
    assertTrue(says("no device was connected to 127.0.0.1:1"), err::toString);
  }

  private boolean says(String text) {
    return err.toString().contains(text);
  }

  private int run(String... arguments) {
    PrintWriter out = new PrintWriter(new StringWriter());
    return new CommandLine(new DeviceCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setErr(new PrintWriter(err, true))
        .setOut(out)
        .execute(arguments);
  }
}
