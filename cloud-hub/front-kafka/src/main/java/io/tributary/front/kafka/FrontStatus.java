package io.tributary.front.kafka;

import org.jspecify.annotations.Nullable;

/// What the front has done since it started.
///
/// @param connections clients connected now
/// @param turnedAway connections closed since there were too many
/// @param requests requests answered
/// @param refused requests that closed their connection: malformed, too large, not offered
/// @param lastRefusal the newest of these, and where it came from
/// @param fetchedBytes bytes of batches sent
/// @param unreadable reads that the store could not serve
/// @param throttled requests after which a quota had their connection wait
/// @param groupsTrouble why consumer groups are not served at this moment, or null
/// @param loginsFailed logins that were refused
/// @param lastFailedLogin the newest of these: where it came from, as whom, and why it failed
public record FrontStatus(
    int connections,
    long turnedAway,
    long requests,
    long refused,
    @Nullable String lastRefusal,
    long fetchedBytes,
    long unreadable,
    long throttled,
    @Nullable String groupsTrouble,
    long loginsFailed,
    @Nullable String lastFailedLogin) {}
