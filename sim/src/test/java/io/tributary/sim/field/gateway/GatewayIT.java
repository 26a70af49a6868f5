package io.tributary.sim.field.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The gateway of examples/gateway.yaml, started as its README says, with a device at each of its adapters.
final class GatewayIT {
  private static final Set<String> TYPES =
      Set.of("mqtt", "serial", "modbus", "http", "file-tail", "gpio", "i2c", "spi", "onewire");

  @Test
  void everyAdapterIsHeardOfAtTheHubAndOrdersAreCarriedOut() throws Exception {
    JsonObject result = Shipped.run("sim", "gateway", "--any-ports", "--seconds", "2", "--json");
    Set<String> types = new TreeSet<>();
    for (Object each : result.getArray("adapters")) {
      JsonObject adapter = (JsonObject) each;
      types.add(adapter.getString("type"));
      assertTrue(adapter.getLong("readings") > adapter.getLong("errors"), () -> adapter.toString());
    }
    assertEquals(TYPES, types);
    assertEquals(new JsonArray(), result.getArray("silent"));
    assertTrue(result.getLong("carriedOut") >= 2, () -> result.toString());
  }
}
