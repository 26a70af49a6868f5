package io.tributary.sim.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A thread of the data path belongs to an agent: below the mains, nothing but the module `agent` (and Netty, for the adapters and
/// fronts built on it) starts one. So a list of agents is a list of threads, and each has a name, a counter of errors and a bound
/// for its standstill. The front's two threads that check passwords carry no data, and those that guests run on are waited for, and
/// bounded, by the agents that call them: they are not looked at.
class ThreadStartersTest {
  private static final Set<String> MAKERS =
      Set.of(
          "java.lang.Thread",
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ThreadPoolExecutor");

  private static final Set<String> STARTS =
      Set.of(
          JavaConstructor.CONSTRUCTOR_NAME,
          "start",
          "ofPlatform",
          "ofVirtual",
          "startVirtualThread",
          "commonPool");

  private final House house = House.open();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "record",
        "log",
        "session",
        "settings",
        "link",
        "store",
        "store-log",
        "core",
        "adapter-api",
        "smartmodule-api",
        "smartmodule-catalogue",
        "measurement",
        "command",
        "serial-port",
        "adapter-serial",
        "adapter-modbus",
        "device-bus",
        "device-parts",
        "adapter-gpio",
        "adapter-sensors",
        "adapter-template",
        "adapter-http",
        "adapter-mqtt",
        "adapter-file-tail",
        "mqtt-bridge"
      })
  void startsNoThreadOfItsOwn(String room) {
    leavesThreadsToAgents().check(classesOf(room));
  }

  @Test
  void theRuleSeesTheThreadOfAnAgent() {
    assertTrue(leavesThreadsToAgents().evaluate(classesOf("agent")).hasViolation());
  }

  private static ArchRule leavesThreadsToAgents() {
    return noClasses().should().callCodeUnitWhere(startsAThread()).allowEmptyShould(true);
  }

  private JavaClasses classesOf(String room) {
    return new ClassFileImporter().importPath(house.room(room).classes());
  }

  private static DescribedPredicate<JavaCall<?>> startsAThread() {
    return describe(
        "start a thread",
        call -> {
          String owner = call.getTargetOwner().getName();
          String name = call.getTarget().getName();
          return MAKERS.contains(owner)
              && (STARTS.contains(name) || name.startsWith("new") || name.equals("schedule"));
        });
  }
}
