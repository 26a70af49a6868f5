package io.tributary.hub.cli;

import org.jspecify.annotations.Nullable;

/// What `consume` is asked to do.
///
/// @param partition null: all of them
/// @param follow whether to go on at the end
record ReadPlan(String topic, Start start, @Nullable Integer partition, boolean follow) {}
