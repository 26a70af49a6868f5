package io.tributary.session;

import java.util.UUID;

/// What a hub knows of a stream when it is opened.
public record StreamSpec(
    long streamId, String edgeId, UUID incarnation, String topic, String className) {}
