package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Guest;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestFailed.Reason;
import io.tributary.smartmodule.Kind;
import io.tributary.smartmodule.SmartModule;
import java.util.function.Consumer;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/// A module that was checked and compiled.
final class EndiveModule implements SmartModule {
  private final String name;
  private final ModuleCheck check;
  private final String sha256;
  private final Function<Instance, Machine> compiled;

  EndiveModule(
      String name, ModuleCheck check, String sha256, Function<Instance, Machine> compiled) {
    this.name = name;
    this.check = check;
    this.sha256 = sha256;
    this.compiled = compiled;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Kind kind() {
    return check.kind();
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public boolean hasInit() {
    return check.hasInit();
  }

  @Override
  public boolean hasLookBack() {
    return check.hasLookBack();
  }

  @Override
  public Guest instantiate(Budget budget, Consumer<String> log) throws GuestFailed {
    int pages = check.module().memorySection().orElseThrow().getMemory(0).limits().initialPages();
    if (pages > budget.memoryPages()) {
      throw new GuestFailed(
          Reason.MEMORY,
          "it begins with a memory of %d KiB, its budget has %d KiB"
              .formatted(pages * 64L, budget.memoryPages() * 64L));
    }
    return EndiveGuest.start(check, compiled, budget, log);
  }
}
