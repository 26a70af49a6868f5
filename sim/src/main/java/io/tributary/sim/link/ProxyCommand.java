package io.tributary.sim.link;

import io.tributary.settings.HostAndPort;
import io.tributary.sim.ExitStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim proxy`: a bad link between two programs, driven by words on its standard input.
@Command(
    name = "proxy",
    description = {
      "Forwards TCP and spoils it on command. One command a line on standard input:",
      "  cut            resets every connection and each new one",
      "  stall          moves nothing more, says nothing to either side",
      "  heal           ends cut and stall",
      "  slow BYTES     bytes per second each way; 0 lifts it",
      "  delay MS       holds every chunk back",
      "  status         connections cut and bytes moved so far",
      "  quit"
    },
    mixinStandardHelpOptions = true)
public final class ProxyCommand implements Callable<Integer> {
  @Option(names = "--listen", paramLabel = "H:P", required = true, description = "where to listen")
  private String listen = "";

  @Option(names = "--to", paramLabel = "H:P", required = true, description = "where to forward to")
  private String to = "";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    HostAndPort from;
    HostAndPort onward;
    try {
      from = HostAndPort.parse(listen);
      onward = HostAndPort.parse(to);
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("sim proxy: " + e.getMessage() + " is not HOST:PORT");
      return ExitStatus.USAGE;
    }
    try (LinkProxy proxy = new LinkProxy(from.resolve(), onward.resolve());
        BufferedReader words =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println("listening on port " + proxy.port());
      out.flush();
      for (String line; (line = words.readLine()) != null; ) {
        String[] word = line.strip().split(" +");
        if (word[0].equals("quit")) {
          break;
        }
        out.println(obey(proxy, word));
        out.flush();
      }
      return ExitStatus.DONE;
    } catch (IOException e) {
      spec.commandLine().getErr().println("sim proxy: " + listen + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private static String obey(LinkProxy proxy, String[] word) {
    try {
      switch (word[0]) {
        case "cut" -> proxy.cut();
        case "heal" -> proxy.heal();
        case "stall" -> proxy.stall();
        case "slow" -> proxy.slow(Long.parseLong(word[1]));
        case "delay" -> proxy.delay(Long.parseLong(word[1]));
        case "status" -> {
          return "cuts " + proxy.cuts() + " bytes " + proxy.bytes();
        }
        default -> {
          return "unknown: " + word[0] + "; use cut, stall, heal, slow, delay, status or quit";
        }
      }
      return "ok";
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      return word[0] + " needs a number";
    }
  }
}
