package io.tributary.store.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// Calls what other rooms gave us, so that a bug of theirs does not swallow the answers to others.
final class Replies {
  private static final Logger LOG = System.getLogger(Replies.class.getName());

  private Replies() {}

  static void quietly(Runnable reply) {
    try {
      reply.run();
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "a listener or a reply threw on the store's thread", bug);
    }
  }
}
