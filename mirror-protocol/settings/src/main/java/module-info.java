/// A YAML file as typed, validated sections; the only place that knows YAML.
module io.tributary.settings {
  requires static org.jspecify;
  requires org.snakeyaml.engine;
}
