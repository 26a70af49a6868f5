package io.tributary.sim.mutation;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim mutations`: proves that the simulated world sees.
@Command(
    name = "mutations",
    description =
        "Plants each error of sim/mutations into a copy of the tree, and looks for the first seed of `sim world` that"
            + " catches it and passes without it; exit status 1 when one survives.",
    mixinStandardHelpOptions = true)
public final class MutationsCommand implements Callable<Integer> {
  private static final String LAUNCHER = "TRIBUTARY_LAUNCHER";

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5000",
      description = "how many worlds to try for each (default: ${DEFAULT-VALUE})")
  private long seeds;

  @Option(names = "--only", paramLabel = "NAME", description = "this one alone")
  private @Nullable String only;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      Path root = ScratchTree.rootOf(home());
      List<Mutation> mutations = new ArrayList<>(Mutation.in(root.resolve("sim/mutations")));
      mutations.removeIf(mutation -> only != null && !mutation.name().equals(only));
      if (mutations.isEmpty()) {
        err.println("sim mutations: there is no " + only);
        return ExitStatus.USAGE;
      }
      return judge(mutations, new Trial(root, seeds), out);
    } catch (IOException e) {
      err.println("sim mutations: " + e.getMessage());
      return ExitStatus.WORLD;
    } finally {
      out.flush();
    }
  }

  private int judge(List<Mutation> mutations, Trial trial, PrintWriter out)
      throws IOException, InterruptedException {
    List<Trial.Verdict> verdicts = new ArrayList<>();
    for (Mutation mutation : mutations) {
      Trial.Verdict verdict = trial.judge(mutation);
      verdicts.add(verdict);
      if (!json) {
        out.printf("%-30s %s%n", mutation.name(), told(verdict));
        out.flush();
      }
    }
    if (json) {
      out.println(toJson(verdicts));
    }
    return verdicts.stream().allMatch(Trial.Verdict::isCaught)
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  private String told(Trial.Verdict verdict) {
    if (verdict.seed() < 0) {
      return "SURVIVES " + seeds + " seeds";
    }
    return "seed "
        + verdict.seed()
        + (verdict.passesWithout() ? "" : ", WHICH FAILS WITHOUT IT AS WELL")
        + ": "
        + verdict.violation();
  }

  private String toJson(List<Trial.Verdict> verdicts) {
    JsonStringWriter writer = JsonWriter.string().object();
    writer.value("mutations", verdicts.size());
    writer.value("caught", verdicts.stream().filter(Trial.Verdict::isCaught).count());
    writer.value("seeds", seeds);
    writer.array("results");
    for (Trial.Verdict verdict : verdicts) {
      writer.object();
      writer.value("mutation", verdict.mutation().name());
      writer.value("caught", verdict.isCaught());
      if (verdict.seed() < 0) {
        writer.nul("seed");
      } else {
        writer.value("seed", verdict.seed());
      }
      writer.value("passesWithout", verdict.passesWithout());
      writer.value("violation", verdict.violation());
      writer.value("seconds", Math.round(verdict.seconds() * 10) / 10.0);
      writer.end();
    }
    return writer.end().end().done();
  }

  /// Where the tree is that has started us.
  private static Path home() throws IOException {
    String launcher = System.getenv(LAUNCHER);
    Path directory = launcher == null ? null : Path.of(launcher).getParent();
    if (directory == null) {
      throw new IOException(LAUNCHER + " is not set: start this by ./tributary, which sets it");
    }
    return directory;
  }
}
