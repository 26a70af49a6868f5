package io.tributary.sim.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What record, log and session may not do: open a socket or a file, start or stop a thread, ask for the time, or draw a number
/// without a seed. That is what lets one thread drive thousands of them in simulated time.
class PureRoomsTest {
  /// The one class that touches real files; everything else in log goes through its interface.
  private static final String FILE_DISK = "io.tributary.log.FileDisk";

  private static final Set<String> FORBIDDEN_CLASSES =
      Set.of(
          "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.FileDescriptor",
          "java.io.RandomAccessFile",
          "java.lang.Thread",
          "java.lang.ThreadGroup",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.security.SecureRandom",
          "java.util.Timer",
          "java.util.concurrent.CompletableFuture",
          "java.util.concurrent.Executor",
          "java.util.concurrent.ExecutorService",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.concurrent.locks.LockSupport");

  private static final List<String> FORBIDDEN_PACKAGES =
      List.of("java.net", "javax.net", "java.nio.file", "java.nio.channels", "java.util.logging");

  /// An interface that bytes are handed to; whoever calls decides what lies behind it.
  private static final String BYTE_SINK = "java.nio.channels.WritableByteChannel";

  private static final Set<String> FORBIDDEN_CALLS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID");

  private final House house = House.open();

  @Test
  void recordKnowsNoSocketFileThreadOrClock() {
    judge("record");
  }

  @Test
  void logKnowsNoSocketThreadOrClockAndFilesInFileDiskOnly() {
    judge("log");
  }

  @Test
  void sessionKnowsNoSocketFileThreadOrClock() {
    judge("session");
  }

  @Test
  void theRulesSeeThreadsAndClocksWhereTheyBelong() {
    JavaClasses agent = classesOf("agent");
    assertTrue(holdsNoFileSocketOrThread().evaluate(agent).hasViolation());
    assertTrue(asksForNoTimeAndNoChance().evaluate(agent).hasViolation());
  }

  private void judge(String room) {
    JavaClasses classes = classesOf(room);
    holdsNoFileSocketOrThread().check(classes);
    asksForNoTimeAndNoChance().check(classes);
  }

  private JavaClasses classesOf(String room) {
    return new ClassFileImporter().importPath(house.room(room).classes());
  }

  private static ArchRule holdsNoFileSocketOrThread() {
    return noClasses()
        .that(describe("are not " + FILE_DISK, type -> !isFileDisk(type)))
        .should()
        .dependOnClassesThat(describe("do I/O or start threads", PureRoomsTest::isForbidden))
        .allowEmptyShould(true);
  }

  private static ArchRule asksForNoTimeAndNoChance() {
    return noClasses().should().callCodeUnitWhere(asksTheWorld()).allowEmptyShould(true);
  }

  private static boolean isFileDisk(JavaClass type) {
    return type.getName().equals(FILE_DISK) || type.getName().startsWith(FILE_DISK + "$");
  }

  private static boolean isForbidden(JavaClass type) {
    if (type.getName().equals(BYTE_SINK)) {
      return false;
    }
    return FORBIDDEN_CLASSES.contains(type.getName())
        || FORBIDDEN_PACKAGES.stream()
            .anyMatch(name ->
                type.getPackageName().equals(name) || type.getPackageName().startsWith(name + "."));
  }

  private static DescribedPredicate<JavaCall<?>> asksTheWorld() {
    return describe(
        "ask the world",
        call -> {
          String owner = call.getTargetOwner().getName();
          String name = call.getTarget().getName();
          boolean now = owner.startsWith("java.time.") && name.equals("now");
          boolean clock = owner.equals("java.time.Clock") && name.startsWith("system");
          boolean unseeded =
              owner.equals(Random.class.getName())
                  && name.equals(JavaConstructor.CONSTRUCTOR_NAME)
                  && call.getTarget().getRawParameterTypes().isEmpty();
          return now || clock || unseeded || FORBIDDEN_CALLS.contains(owner + "." + name);
        });
  }
}
