/// The host of SmartModules: WebAssembly in pure Java, within budgets.
module io.tributary.smartmodule.engine {
  requires static org.jspecify;
  requires io.tributary.smartmodule;
  requires org.objectweb.asm;
  requires org.objectweb.asm.commons;
  requires run.endive.compiler;
  requires run.endive.runtime;
  requires run.endive.wasm;

  provides io.tributary.smartmodule.Engine with
      io.tributary.smartmodule.engine.EndiveEngine;
}
