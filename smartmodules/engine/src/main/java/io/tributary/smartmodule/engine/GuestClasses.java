package io.tributary.smartmodule.engine;

import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.ByteClassCollector;
import run.endive.compiler.internal.Compiler;
import run.endive.compiler.internal.CompilerResult;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/// The classes of one module: what Endive's compiler makes of it, shortened, and gone with the module.
final class GuestClasses extends ClassLoader {
  private final Map<String, byte[]> compiled = new HashMap<>();

  private GuestClasses(Map<String, byte[]> compiled) {
    super(GuestClasses.class.getClassLoader());
    compiled.forEach((name, bytes) -> this.compiled.put(name.replace('/', '.'), bytes));
    // To these classes alone, which are of no module.
    GuestAccess.class
        .getModule()
        .addExports(GuestAccess.class.getPackageName(), getUnnamedModule());
  }

  /// Compiles a module.
  ///
  /// @return what makes a machine for each of its instances
  static Function<Instance, Machine> of(WasmModule module) {
    CompilerResult result =
        Compiler.builder(module)
            .withInterpreterFallback(
                InterpreterFallback.SILENT) // of functions too large for a method
            .withClassCollectorFactory(ByteClassCollector::new)
            .build()
            .compile();
    GuestClasses classes = new GuestClasses(result.classBytes());
    try {
      for (String name : List.copyOf(classes.compiled.keySet())) {
        classes.loadClass(name); // now, since the time of a guest's first call is bounded
      }
      return machines(
          classes
              .loadClass(result.collector().mainClassName().replace('/', '.'))
              .asSubclass(Machine.class)
              .getConstructor(Instance.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no machine that Endive makes", e);
    }
  }

  private static Function<Instance, Machine> machines(Constructor<? extends Machine> constructor) {
    return instance -> {
      try {
        return constructor.newInstance(instance);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("no machine that Endive makes", e);
      }
    };
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = compiled.remove(name); // asked for once
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] shortened = GuestCode.shorten(bytes);
    return defineClass(name, shortened, 0, shortened.length);
  }
}
