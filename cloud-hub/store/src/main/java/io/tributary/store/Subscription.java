package io.tributary.store;

/// A listener's registration. Closing it twice does nothing; after `close` one call that was
/// already under way may still arrive.
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
