package io.tributary.sim.field.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// docs/gateway.md is the picture of examples/gateway.yaml as it stands.
final class GatewayPictureTest {
  @Test
  void isOfTheFileAsItStands() throws Exception {
    Path checkout = Path.of("").toAbsolutePath();
    while (!Files.exists(checkout.resolve("examples/gateway.yaml"))) {
      checkout = checkout.getParent();
      assertNotNull(checkout, "no examples/gateway.yaml above the working directory");
    }
    assertEquals(
        GatewayPicture.markdown(GatewayFile.of(checkout.resolve("examples/gateway.yaml"))),
        Files.readString(checkout.resolve("docs/gateway.md")),
        "./tributary sim gateway --picture > docs/gateway.md");
  }
}
