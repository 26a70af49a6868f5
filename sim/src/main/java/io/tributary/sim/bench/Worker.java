package io.tributary.sim.bench;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;

/// A process that works when it is told to: a line in, a line of JSON out. The first line, unasked, says that it is ready.
final class Worker implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private final JsonObject beginning;

  Worker(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader();
    orders = process.outputWriter();
    beginning = answer();
  }

  /// What it said when it was ready.
  JsonObject beginning() {
    return beginning;
  }

  JsonObject ask(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
    return answer();
  }

  private JsonObject answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException(process.info().command().orElse("a process") + " has ended");
    }
    try {
      return JsonParser.object().from(line);
    } catch (JsonParserException e) {
      throw new IOException("no JSON: " + line, e);
    }
  }

  /// What its threads have spent since it began: those of a JIT and of a collector too.
  double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
