package io.tributary.smartmodule;

/// What a SmartModule does with records. In the order in which its exports are looked for.
public enum Kind {
  /// Keeps a record or leaves it out.
  FILTER("filter"),
  /// Makes one record of one.
  MAP("map"),
  /// Makes one record of one, or leaves it out.
  FILTER_MAP("filter_map"),
  /// Makes any number of records of one.
  ARRAY_MAP("array_map"),
  /// Adds each record to an accumulator, and gives what has accumulated.
  AGGREGATE("aggregate");

  private final String export;

  Kind(String export) {
    this.export = export;
  }

  /// The function that a guest of this kind exports.
  public String export() {
    return export;
  }
}
