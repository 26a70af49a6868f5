/// One value of one source with its unit, quality and time, and the reading that it becomes.
module io.tributary.adapter.measurement {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires io.tributary.record;
  requires io.tributary.settings;
  requires com.grack.nanojson;

  exports io.tributary.adapter.measurement;
}
