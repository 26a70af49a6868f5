/// Chains of SmartModules: what guests are given and give back, what they may spend, and what becomes of a record that one of
/// them fails on.
module io.tributary.smartmodule {
  requires static transitive org.jspecify;
  requires transitive io.tributary.record;
  requires transitive io.tributary.settings;

  exports io.tributary.smartmodule;

  uses io.tributary.smartmodule.Engine;
  uses io.tributary.smartmodule.Catalogue;
}
