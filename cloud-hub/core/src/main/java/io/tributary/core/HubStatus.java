package io.tributary.core;

import io.tributary.session.Doorkeeper;
import io.tributary.session.frame.RefusalCode;
import io.tributary.store.StoreStatus;
import java.util.List;
import java.util.Map;

/// A hub at one moment, for `hub status`. What comes from a session is up to a tick old.
///
/// @param sessions connections of edges, those not yet admitted included
/// @param refusals how often edges and streams were refused since the start, by code
/// @param clones edges whose identity two living agents use, and which of them was refused
/// @param notices the last things that the operator should see, oldest first
public record HubStatus(
    List<EdgeStatus> edges,
    int sessions,
    Map<RefusalCode, Long> refusals,
    List<Doorkeeper.Clone> clones,
    List<Notice> notices,
    StoreStatus store) {

  /// @param atMs milliseconds since 1970
  public record Notice(long atMs, String text) {}
}
