package io.tributary.smartmodule;

import java.io.Serial;

/// A file is not a SmartModule that can run here. Says what is wrong with it.
public final class SmartModuleRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// Why; stable enough to be counted and tested.
  public enum Reason {
    /// The file is larger than a module may be.
    SIZE,
    /// Its first bytes are not those of WebAssembly.
    NOT_WASM,
    /// It ends too early, or its bytes break the rules of WebAssembly.
    MALFORMED,
    /// It needs what this host does not offer.
    IMPORT,
    /// It does not export what a SmartModule must, or not with the right types.
    EXPORT,
    /// It has no kind, or more than one.
    KIND,
    /// It uses a part of WebAssembly that lies outside a budget.
    FEATURE,
    /// Its checksum is not the one that was written down.
    CHECKSUM
  }

  private final Reason reason;

  public SmartModuleRefused(Reason reason, String what) {
    super(what);
    this.reason = reason;
  }

  public SmartModuleRefused(Reason reason, String what, Throwable cause) {
    super(what, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
