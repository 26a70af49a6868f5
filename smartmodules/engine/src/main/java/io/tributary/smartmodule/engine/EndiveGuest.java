package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Abi;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Guest;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestFailed.Reason;
import io.tributary.smartmodule.GuestState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.MutabilityType;

/// An instance. On a guest's thread, within a deadline, whenever its code runs.
final class EndiveGuest implements Guest {
  private final Budget budget;
  private final HostFunctions host;
  private final Instance instance;
  private final Memory memory;
  private final ExportFunction alloc;
  private final ExportFunction dealloc;
  private final Map<String, ExportFunction> functions = new HashMap<>();

  private EndiveGuest(Budget budget, HostFunctions host, Instance instance) {
    this.budget = budget;
    this.host = host;
    this.instance = instance;
    this.memory = instance.memory();
    this.alloc = instance.export(ModuleCheck.ALLOC);
    this.dealloc = instance.export(ModuleCheck.DEALLOC);
  }

  static EndiveGuest start(
      ModuleCheck check, Function<Instance, Machine> compiled, Budget budget, Consumer<String> log)
      throws GuestFailed {
    HostFunctions host = new HostFunctions(budget, log);
    host.begin();
    return within(
        budget,
        () -> {
          Instance instance =
              Instance.builder(check.module())
                  .withImportValues(host.of(check.module()))
                  .withMachineFactory(compiled)
                  .withMemoryFactory(limits -> new FlatMemory(limits, budget.memoryPages()))
                  .withStart(false) // a program's `_start`; a SmartModule is a library
                  .build();
          if (check.hasInitialize()) {
            instance.export(ModuleCheck.INITIALIZE).apply();
          }
          return new EndiveGuest(budget, host, instance);
        });
  }

  @Override
  public Answer call(String export, byte[] input) throws GuestFailed {
    ExportFunction function = functions.computeIfAbsent(export, instance::export);
    host.begin();
    return within(
        budget,
        () -> {
          int pointer = allocate(input.length);
          memory.write(pointer, input);
          int status = (int) function.apply(pointer, input.length, Abi.VERSION)[0];
          byte[] output = host.output();
          if (output != null) {
            dealloc.apply(host.outputPointer(), output.length);
          }
          return new Answer(status, output);
        });
  }

  private int allocate(int length) {
    int pointer = (int) alloc.apply(length)[0];
    if (pointer == 0) {
      throw new HostFunctions.Ended(
          new GuestFailed(
              Reason.MEMORY,
              "its alloc has no room for %d bytes; its memory has %d, its budget %d"
                  .formatted(length, memoryBytes(), budget.memoryBytes())));
    }
    if (HostFunctions.isOutside(memory, pointer, length)) {
      throw new HostFunctions.Ended(
          new GuestFailed(
              Reason.POINTER,
              "its alloc gives %d bytes at %d, its memory has %d"
                  .formatted(length, Integer.toUnsignedLong(pointer), memoryBytes())));
    }
    return pointer;
  }

  @Override
  public GuestState save() {
    List<GlobalInstance> globals = mutableGlobals();
    long[] values = new long[2 * globals.size()];
    for (int i = 0; i < globals.size(); i++) {
      values[2 * i] = globals.get(i).getValueLow();
      values[2 * i + 1] = globals.get(i).getValueHigh();
    }
    return new GuestState(values, memory.readBytes(0, memory.pages() * Budget.PAGE_BYTES));
  }

  @Override
  public void restore(GuestState state) throws IOException {
    List<GlobalInstance> globals = mutableGlobals();
    int more = state.memory().length / Budget.PAGE_BYTES - memory.pages();
    if (state.globals().length != 2 * globals.size() || more < 0) {
      throw new IOException("the state of another module");
    }
    if (more > 0 && memory.grow(more) < 0) {
      throw new IOException(
          "a memory of %d bytes, where the budget has %d"
              .formatted(state.memory().length, budget.memoryBytes()));
    }
    memory.write(0, state.memory());
    for (int i = 0; i < globals.size(); i++) {
      globals.get(i).setValueLow(state.globals()[2 * i]);
      globals.get(i).setValueHigh(state.globals()[2 * i + 1]);
    }
  }

  private List<GlobalInstance> mutableGlobals() {
    List<GlobalInstance> globals = new ArrayList<>();
    for (int i = 0; i < instance.globalCount(); i++) {
      if (instance.global(i).getMutabilityType() == MutabilityType.Var) {
        globals.add(instance.global(i));
      }
    }
    return globals;
  }

  @Override
  public long memoryBytes() {
    return HostFunctions.sizeOf(memory);
  }

  private interface Code<T> {
    T run();
  }

  /// Runs code of the guest within its budget of time, and says what is wrong with it in our words.
  private static <T> T within(Budget budget, Code<T> code) throws GuestFailed {
    Deadline deadline = GuestThreads.deadline();
    deadline.begin(budget.timeNanos());
    T result = null;
    GuestFailed failed = null;
    try {
      result = code.run();
    } catch (HostFunctions.Ended ended) {
      failed = ended.why();
    } catch (StackOverflowError e) {
      failed = new GuestFailed(Reason.STACK, "it calls itself too deeply", e);
    } catch (RuntimeException e) { // a trap, or what the engine makes of one
      failed = trap(e);
    }
    if (deadline.end() && (failed == null || failed.reason() == Reason.TIME)) {
      failed =
          new GuestFailed(
              Reason.TIME,
              "it takes longer than its budget of %d ms".formatted(budget.timeNanos() / 1_000_000));
    }
    if (failed != null) {
      throw failed;
    }
    return Objects.requireNonNull(result);
  }

  private static GuestFailed trap(RuntimeException e) {
    if (e instanceof WasmInterruptedException) {
      return new GuestFailed(Reason.TIME, "it is interrupted", e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StackOverflowError) {
        return new GuestFailed(Reason.STACK, "it calls itself too deeply", e);
      }
    }
    String what =
        switch (e) {
          case WasmEngineException ofItsOwn -> String.valueOf(ofItsOwn.getMessage());
          case IndexOutOfBoundsException outside ->
              "out of bounds memory access: " + outside.getMessage();
          default -> e.toString();
        };
    return new GuestFailed(Reason.TRAP, "it traps: " + what, e);
  }
}
