/// A YAML file as typed, validated sections; the only place that knows YAML.
module io.tributary.settings {
  requires static transitive org.jspecify;
  requires org.snakeyaml.engine;

  exports io.tributary.settings;
}
