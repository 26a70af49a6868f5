package io.tributary.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// What readers of a partition have met that is lacking and that somebody may still give back. They wait before it: one
/// that passed over it would never see it, though it comes back.
///
/// ```
/// met --> held --healed--> read by all
///            \---somebody gives it up--> passed over
/// ```
///
/// Safe for use by many threads.
final class HeldDamage implements Scrub.Ledger {
  private final Mender mender;
  private volatile Consumer<Finding> listener = finding -> {};

  /// Whether it is held; else it is passed over. There are at most {@link LogLimits#FINDINGS}: what is found beyond, on a
  /// disk that dies, is passed over. Guarded by this.
  private final Map<Finding, Boolean> known = new LinkedHashMap<>();

  HeldDamage(Mender mender) {
    this.mender = mender;
  }

  void tell(Consumer<Finding> newListener) {
    listener = newListener;
  }

  @Override
  public void found(Finding finding) {
    if (hold(finding)) {
      listener.accept(finding);
    }
  }

  private synchronized boolean hold(Finding finding) {
    return finding.isHealable()
        && mender.foundStanding(finding)
        && (known.size() < LogLimits.FINDINGS || known.values().remove(false))
        && known.putIfAbsent(finding, true) == null;
  }

  /// Forgets what is whole again, so that it is news if it is met once more.
  synchronized void forgetHealed() {
    known.keySet().removeIf(mender::isHealed);
  }

  @Override
  public boolean isHealed(Finding finding) {
    return mender.isHealed(finding);
  }

  @Override
  public void passed(long damagedBytes) {
    mender.passed(damagedBytes);
  }

  synchronized boolean isHeld(Finding finding) {
    return known.getOrDefault(finding, false);
  }

  synchronized void passOver(Finding finding) {
    known.replace(finding, false);
  }

  /// Whether something is held that lies between two batches, or between the last one and the end of a segment.
  synchronized boolean lies(Segment segment, long from, long to) {
    String name = segment.name();
    for (Finding finding : known.keySet()) {
      long behind = finding.position() + finding.sizeBytes();
      boolean isEmpty = finding.sizeBytes() == 0;
      boolean isThere = finding.position() <= to && (isEmpty ? behind >= from : behind > from);
      if (isThere && finding.segment().equals(name) && isHeld(finding)) {
        return true;
      }
    }
    return false;
  }
}
