package io.tributary.adapter.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What somebody wants of a device.
///
/// @param target which point or pin, as the adapter names it: `boiler/setpoint`
/// @param value a Number with its digits, a Boolean, a String, or null
/// @param expires after it, it is not carried out
public record Command(String target, @Nullable Object value, Instant expires) {}
