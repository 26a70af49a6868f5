package io.tributary.sim.chaos;

import io.tributary.sim.plant.SystemCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// SIGKILL upon the Nth call that one thread of a program makes into the kernel, injected by strace:
/// the call itself is not carried out.
///
/// @param calls names of system calls that do one thing, separated by commas
/// @param nth counted from 1 for each thread
record CrashPoint(String calls, int nth) {
  private static final int OFTEN = 15;
  private static final int SELDOM = 4;

  private static final List<String> KINDS =
      List.of(
          "fsync,fdatasync",
          "pwrite64,pwritev",
          "rename,renameat,renameat2",
          "unlink,unlinkat",
          "ftruncate",
          "mkdir,mkdirat");

  /// The first two kinds twice as often, since there most is going on.
  static CrashPoint any(SplittableRandom random) {
    int kind = random.nextInt(KINDS.size() + 2) % KINDS.size();
    return new CrashPoint(KINDS.get(kind), 1 + random.nextInt(kind < 2 ? OFTEN : SELDOM));
  }

  /// Whether this machine lets one process watch another's system calls, and end it at one. Both are tried, since there are
  /// machines where strace works and its injections pass unnoticed.
  static boolean isPossible() throws InterruptedException {
    List<String> shot = new ArrayList<>(new CrashPoint("exit_group", 1).before());
    shot.add("true");
    return SystemCommand.run("strace", "-f", "-qq", "-o", "/dev/null", "true") == null
        && SystemCommand.run(shot.toArray(new String[0])) != null;
  }

  /// The words before the program's own command. (With `--seccomp-bpf` fewer calls would stop in strace; but then, on some
  /// kernels, none is hit.)
  List<String> before() {
    return List.of(
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=" + calls,
        "-e",
        "inject=" + calls + ":signal=SIGKILL:when=" + nth);
  }

  @Override
  public String toString() {
    return "call " + nth + " of " + calls.replace(',', '/');
  }
}
