package io.tributary.edge;

import io.tributary.agent.StatusClient;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Option;

/// Where the agent answers.
final class AgentOption {
  private static final String HTTP = "127.0.0.1:8081";

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "where the agent answers, on this machine (default: ${DEFAULT-VALUE})",
      defaultValue = HTTP)
  private HostAndPort http = HostAndPort.parse(HTTP);

  /// @throws IOException whose message says that nobody answers, and what to look at
  StatusClient.Reply ask(String method, String path, Duration within) throws IOException {
    try {
      return StatusClient.ask(method, http, path, within);
    } catch (IOException e) {
      throw new IOException(
          "no agent answers at http://"
              + http
              + " ("
              + e.getMessage()
              + "): is it running, and is http.listen the same address?",
          e);
    }
  }
}
