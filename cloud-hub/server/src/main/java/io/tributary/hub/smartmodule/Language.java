package io.tributary.hub.smartmodule;

/// What a SmartModule may be written in.
enum Language {
  c("sdk-c", ".c"),
  assemblyscript("sdk-assemblyscript", ".ts");

  private final String sdk;
  private final String suffix;

  Language(String sdk, String suffix) {
    this.sdk = sdk;
    this.suffix = suffix;
  }

  /// The directory of its SDK.
  String sdk() {
    return sdk;
  }

  /// Of a source file.
  String suffix() {
    return suffix;
  }
}
