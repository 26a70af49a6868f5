package io.tributary.session;

import java.util.UUID;

/// Who the hub is, and what it allows one session.
public record IntakeConfig(UUID hubId, SessionLimits limits) {
  public static IntakeConfig of(UUID hubId) {
    return new IntakeConfig(hubId, SessionLimits.DEFAULT);
  }
}
