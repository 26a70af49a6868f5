package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestFailed.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.ValType;

/// What one guest may call: `copy_records`, by which it hands over its output, and the four functions of WASI that compilers
/// put into modules. It has no files, no network, no environment and no clock.
final class HostFunctions {
  private static final int ERRNO_SUCCESS = 0;
  private static final int ERRNO_BAD_FILE = 8;
  private static final int ERRNO_FAULT = 21;

  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private static final FunctionType INT = FunctionType.of(List.of(ValType.I32), List.of());
  private static final FunctionType TWO_INTS_TO_INT =
      FunctionType.of(List.of(ValType.I32, ValType.I32), List.of(ValType.I32));
  private static final FunctionType FOUR_INTS_TO_INT =
      FunctionType.of(
          List.of(ValType.I32, ValType.I32, ValType.I32, ValType.I32), List.of(ValType.I32));

  /// Ends a call from within a host function.
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient GuestFailed why;

    Ended(GuestFailed why) {
      super(why.getMessage(), null, false, false);
      this.why = why;
    }

    GuestFailed why() {
      return why;
    }
  }

  private final Budget budget;
  private final Consumer<String> log;

  private byte @Nullable [] output;
  private int outputPointer;
  private int logBytes;
  private final StringBuilder line = new StringBuilder();

  HostFunctions(Budget budget, Consumer<String> log) {
    this.budget = budget;
    this.log = log;
  }

  /// The type of a function that guests may import, or null when there is none of that name. `copy_records` is known by its name,
  /// whatever the module.
  static @Nullable FunctionType typeOf(String module, String name) {
    if (name.equals(ModuleCheck.COPY_RECORDS)) {
      return ModuleCheck.TWO_INTS;
    }
    if (!module.equals(ModuleCheck.WASI)) {
      return null;
    }
    return switch (name) {
      case "fd_write" -> FOUR_INTS_TO_INT;
      case "environ_get", "environ_sizes_get" -> TWO_INTS_TO_INT;
      case "proc_exit" -> INT;
      default -> null;
    };
  }

  /// The functions that a module imports, which was checked.
  ImportValues of(WasmModule module) {
    List<ImportFunction> functions = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import wanted = module.importSection().getImport(i);
      FunctionType type = typeOf(wanted.module(), wanted.name());
      if (type == null) {
        throw new IllegalArgumentException(wanted.name());
      }
      functions.add(
          new HostFunction(
              wanted.module(),
              wanted.name(),
              type,
              (instance, args) -> call(wanted.name(), instance.memory(), args)));
    }
    return ImportValues.builder().withFunctions(functions).build();
  }

  private long[] call(String name, Memory memory, long... args) {
    return switch (name) {
      case ModuleCheck.COPY_RECORDS -> copyRecords(memory, (int) args[0], (int) args[1]);
      case "fd_write" ->
          errno(write(memory, (int) args[0], (int) args[1], (int) args[2], (int) args[3]));
      case "environ_sizes_get" -> errno(noEnvironment(memory, (int) args[0], (int) args[1]));
      case "environ_get" -> errno(ERRNO_SUCCESS);
      case "proc_exit" ->
          throw new Ended(
              new GuestFailed(Reason.TRAP, "it ends itself, with exit status " + (int) args[0]));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// A call begins.
  void begin() {
    output = null;
    logBytes = 0;
  }

  /// What the guest has handed over in this call, or null.
  byte @Nullable [] output() {
    return output;
  }

  int outputPointer() {
    return outputPointer;
  }

  private long[] copyRecords(Memory memory, int pointer, int length) {
    if (output != null) {
      throw new Ended(new GuestFailed(Reason.OUTPUT, "it hands over two outputs in one call"));
    }
    if (Integer.toUnsignedLong(length) > budget.outputBytes()) {
      throw new Ended(
          new GuestFailed(
              Reason.OUTPUT_SIZE,
              "it hands over %d bytes, its budget has %d"
                  .formatted(Integer.toUnsignedLong(length), budget.outputBytes())));
    }
    if (isOutside(memory, pointer, length)) {
      throw new Ended(
          new GuestFailed(
              Reason.POINTER,
              "it hands over %d bytes at %d, its memory has %d"
                  .formatted(length, Integer.toUnsignedLong(pointer), sizeOf(memory))));
    }
    output = memory.readBytes(pointer, length);
    outputPointer = pointer;
    return new long[0];
  }

  static boolean isOutside(Memory memory, int pointer, int length) {
    return Integer.toUnsignedLong(pointer) + Integer.toUnsignedLong(length) > sizeOf(memory);
  }

  static long sizeOf(Memory memory) {
    return (long) memory.pages() * Budget.PAGE_BYTES;
  }

  private static int noEnvironment(Memory memory, int countPointer, int sizePointer) {
    if (isOutside(memory, countPointer, Integer.BYTES)
        || isOutside(memory, sizePointer, Integer.BYTES)) {
      return ERRNO_FAULT;
    }
    memory.writeI32(countPointer, 0);
    memory.writeI32(sizePointer, 0);
    return ERRNO_SUCCESS;
  }

  /// `fd_write` of standard output and error: lines of the guest's log. What is too much is swallowed.
  private int write(Memory memory, int file, int vectors, int count, int writtenPointer) {
    if (file != STDOUT && file != STDERR) {
      return ERRNO_BAD_FILE;
    }
    int written = 0;
    for (int i = 0; i < count; i++) {
      int vector = vectors + 2 * Integer.BYTES * i;
      if (isOutside(memory, vector, 2 * Integer.BYTES)) {
        return ERRNO_FAULT;
      }
      int pointer = (int) memory.readI32(vector);
      int length = (int) memory.readI32(vector + Integer.BYTES);
      if (isOutside(memory, pointer, length)) {
        return ERRNO_FAULT;
      }
      int kept = Math.min(length, EngineLimits.LOG_BYTES_A_CALL - logBytes);
      if (kept > 0) {
        logBytes += kept;
        say(new String(memory.readBytes(pointer, kept), StandardCharsets.UTF_8));
      }
      written += length;
    }
    if (isOutside(memory, writtenPointer, Integer.BYTES)) {
      return ERRNO_FAULT;
    }
    memory.writeI32(writtenPointer, written);
    return ERRNO_SUCCESS;
  }

  private void say(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        log.accept(line.toString());
        line.setLength(0);
      } else if (line.length() < EngineLimits.LOG_LINE_CHARACTERS) {
        line.append(Character.isISOControl(c) ? '?' : c);
      }
    }
  }

  private static long[] errno(int errno) {
    return new long[] {errno};
  }
}
