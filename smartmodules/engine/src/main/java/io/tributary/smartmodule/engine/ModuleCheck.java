package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Abi;
import io.tributary.smartmodule.Kind;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.SmartModuleRefused.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemorySection;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/// A file that is a SmartModule: WebAssembly that keeps its rules, asks for nothing that a guest is not given, exports what the
/// ABI wants, and stays within what a budget can bound.
///
/// @param kind the one that it exports
record ModuleCheck(WasmModule module, Kind kind, boolean hasInit, boolean hasLookBack) {
  static final String COPY_RECORDS = "copy_records";
  static final String WASI = "wasi_snapshot_preview1";
  static final String MEMORY = "memory";
  static final String ALLOC = "alloc";
  static final String DEALLOC = "dealloc";
  static final String INITIALIZE = "_initialize";

  static final FunctionType NOTHING = FunctionType.empty();
  static final FunctionType TWO_INTS =
      FunctionType.of(List.of(ValType.I32, ValType.I32), List.of());
  static final FunctionType INT_TO_INT =
      FunctionType.of(List.of(ValType.I32), List.of(ValType.I32));
  static final FunctionType THREE_INTS_TO_INT =
      FunctionType.of(List.of(ValType.I32, ValType.I32, ValType.I32), List.of(ValType.I32));

  private static final byte[] MAGIC = {0, 'a', 's', 'm'};

  static ModuleCheck of(String name, byte[] wasm) throws SmartModuleRefused {
    if (wasm.length > EngineLimits.MODULE_BYTES) {
      throw refused(
          name,
          Reason.SIZE,
          "it has %d bytes, at most %d are allowed"
              .formatted(wasm.length, EngineLimits.MODULE_BYTES));
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (wasm.length <= i || wasm[i] != MAGIC[i]) {
        throw refused(
            name,
            Reason.NOT_WASM,
            "it is no WebAssembly, whose files begin with the bytes 00 61 73 6d; was it compiled with --target wasm32?");
      }
    }
    WasmModule module;
    try {
      module = Parser.parse(wasm);
    } catch (RuntimeException
        | AssertionError
        | StackOverflowError e) { // the parser has no one type
      throw new SmartModuleRefused(
          Reason.MALFORMED,
          name + ": its WebAssembly is damaged or cut short: " + e.getMessage(),
          e);
    }
    checkFeatures(name, module);
    checkImports(name, module);
    Map<String, Export> exports = new HashMap<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      exports.put(export.name(), export);
    }
    Export memory = exports.get(MEMORY);
    if (memory == null || memory.exportType() != ExternalType.MEMORY) {
      throw refused(name, Reason.EXPORT, "it exports no memory called 'memory'");
    }
    need(name, module, exports, ALLOC, INT_TO_INT, "(i32) -> i32");
    need(name, module, exports, DEALLOC, TWO_INTS, "(i32, i32)");
    boolean hasInit = allow(name, module, exports, Abi.INIT);
    boolean hasLookBack = allow(name, module, exports, Abi.LOOK_BACK);
    return new ModuleCheck(module, kind(name, module, exports), hasInit, hasLookBack);
  }

  /// Whether `_initialize`, which runs the constructors of some compilers' modules, is there.
  boolean hasInitialize() {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (export.name().equals(INITIALIZE) && isSame(NOTHING, typeOf(module, export))) {
        return true;
      }
    }
    return false;
  }

  private static Kind kind(String name, WasmModule module, Map<String, Export> exports)
      throws SmartModuleRefused {
    List<Kind> found = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (allow(name, module, exports, kind.export())) {
        found.add(kind);
      }
    }
    if (found.size() != 1) {
      throw refused(
          name,
          Reason.KIND,
          "it exports %s of filter, map, filter_map, array_map, aggregate; a SmartModule exports one"
              .formatted(found.isEmpty() ? "none" : found.stream().map(Kind::export).toList()));
    }
    return found.get(0);
  }

  private static void need(
      String name,
      WasmModule module,
      Map<String, Export> exports,
      String function,
      FunctionType type,
      String words)
      throws SmartModuleRefused {
    Export export = exports.get(function);
    if (export == null || !isSame(type, typeOf(module, export))) {
      throw refused(
          name,
          Reason.EXPORT,
          "it exports no function %s%s%s"
              .formatted(
                  function, words, export == null ? "" : ", but another thing of that name"));
    }
  }

  /// Whether a function of the ABI is there, which takes (pointer, length, version) and answers a status.
  private static boolean allow(
      String name, WasmModule module, Map<String, Export> exports, String function)
      throws SmartModuleRefused {
    if (!exports.containsKey(function)) {
      return false;
    }
    need(name, module, exports, function, THREE_INTS_TO_INT, "(i32, i32, i32) -> i32");
    return true;
  }

  private static @Nullable FunctionType typeOf(WasmModule module, Export export) {
    if (export.exportType() != ExternalType.FUNCTION) {
      return null;
    }
    int imported = module.importSection().count(ExternalType.FUNCTION);
    if (export.index() >= imported) {
      return module
          .typeSection()
          .getType(module.functionSection().getFunctionType(export.index() - imported));
    }
    int at = 0;
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport function
          && at++ == export.index()) {
        return module.typeSection().getType(function.typeIndex());
      }
    }
    return null;
  }

  private static boolean isSame(FunctionType type, @Nullable FunctionType other) {
    return other != null && type.equals(other);
  }

  private static void checkImports(String name, WasmModule module) throws SmartModuleRefused {
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import wanted = module.importSection().getImport(i);
      FunctionType type =
          wanted instanceof FunctionImport function
              ? module.typeSection().getType(function.typeIndex())
              : null;
      if (type == null || !isSame(type, HostFunctions.typeOf(wanted.module(), wanted.name()))) {
        throw refused(
            name,
            Reason.IMPORT,
            ("it imports %s.%s, which no SmartModule is given: there are copy_records(i32, i32), and of %s fd_write,"
                    + " environ_get, environ_sizes_get and proc_exit")
                .formatted(wanted.module(), wanted.name(), WASI));
      }
    }
  }

  /// What would let a guest take more of the host than its budget says.
  private static void checkFeatures(String name, WasmModule module) throws SmartModuleRefused {
    int memories = module.memorySection().map(MemorySection::memoryCount).orElse(0);
    if (memories != 1) {
      throw refused(
          name, Reason.EXPORT, "it has %d memories of its own, not one".formatted(memories));
    }
    if (module.memorySection().orElseThrow().getMemory(0).limits().shared()) {
      throw refused(
          name, Reason.FEATURE, "its memory is shared, and it has nobody to share it with");
    }
    if (module.tagSection().isPresent() && module.tagSection().orElseThrow().tagCount() > 0) {
      throw refused(
          name, Reason.FEATURE, "it throws exceptions of WebAssembly; compile it without them");
    }
    for (int i = 0; i < module.typeSection().subTypeCount(); i++) {
      if (module.typeSection().getSubType(i).compType().funcType() == null) {
        throw refused(
            name,
            Reason.FEATURE,
            "it has types of WebAssembly's garbage collection, whose objects no budget bounds");
      }
    }
    long elements = 0;
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      elements += module.tableSection().getTable(i).limits().min();
    }
    if (elements > EngineLimits.TABLE_ELEMENTS) {
      throw refused(
          name,
          Reason.FEATURE,
          "its tables have %d elements, at most %d are allowed"
              .formatted(elements, EngineLimits.TABLE_ELEMENTS));
    }
    for (FunctionBody body : module.codeSection().functionBodies()) {
      for (AnnotatedInstruction instruction : body.instructions()) {
        if (instruction.opcode() == OpCode.TABLE_GROW || instruction.opcode() == OpCode.TABLE_SET) {
          throw refused(
              name,
              Reason.FEATURE,
              "it changes a table while it runs, which its state would not keep");
        }
      }
    }
  }

  private static SmartModuleRefused refused(String name, Reason reason, String what) {
    return new SmartModuleRefused(reason, name + ": " + what);
  }
}
