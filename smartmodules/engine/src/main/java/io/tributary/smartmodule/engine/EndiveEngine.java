package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Engine;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.SmartModuleRefused.Reason;
import run.endive.wasm.WasmModule;

/// The engine on Endive. One for a program is enough: it keeps threads, and nothing else.
public final class EndiveEngine implements Engine {
  private final GuestThreads threads = new GuestThreads();

  @Override
  public SmartModule load(String name, byte[] wasm) throws SmartModuleRefused {
    ModuleCheck check = ModuleCheck.of(name, wasm);
    WasmModule module = check.module();
    try {
      return new EndiveModule(name, check, Sha256.of(wasm), GuestClasses.of(module));
    } catch (RuntimeException | AssertionError | StackOverflowError e) { // nor has the compiler
      throw new SmartModuleRefused(
          Reason.MALFORMED, name + " cannot be compiled: " + e.getMessage(), e);
    }
  }

  @Override
  public <T, E extends Exception> T run(Work<T, E> work) throws E {
    return threads.run(work);
  }
}
