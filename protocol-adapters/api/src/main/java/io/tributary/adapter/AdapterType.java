package io.tributary.adapter;

import io.tributary.settings.Section;

/// A kind of source, found by ServiceLoader, so that an image has what its owner needs.
public interface AdapterType {
  /// The word that a configuration uses for it, such as `mqtt`.
  String type();

  /// Reads and checks the adapter's section, every key of it. Starts nothing and opens nothing: all of the configuration is
  /// validated before anything starts. What is wrong is reported to the section, which collects it; the plan of a wrong
  /// section is never opened.
  AdapterPlan plan(Section settings);
}
