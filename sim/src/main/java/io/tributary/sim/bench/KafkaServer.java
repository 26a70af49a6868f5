package io.tributary.sim.bench;

import io.tributary.sim.plant.Program;

/// A server that speaks Kafka's protocol, and its process.
///
/// @param bootstrap its address, without TLS
record KafkaServer(String name, Program program, String bootstrap) {}
