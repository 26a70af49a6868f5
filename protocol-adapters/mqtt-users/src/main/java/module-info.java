/// The users of the MQTT endpoint: their file, and their passwords as slow hashes.
module io.tributary.adapter.mqtt.users {
  requires static transitive org.jspecify;

  exports io.tributary.adapter.mqtt.users;
}
