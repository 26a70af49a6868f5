/// Sensors behind a bus: what their registers mean.
module io.tributary.device.part {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter.measurement;
  requires transitive io.tributary.settings;

  exports io.tributary.device.part;
}
