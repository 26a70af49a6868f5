package io.tributary.adapter;

import java.util.List;

/// What an edge gives to one of its adapters: the way to the journals, and what is in them. State is the adapter's own: no other adapter sees
/// it, and keys need no prefix.
public interface Outlet {
  /// Opens the way for readings. Each adapter opens one, before it emits; it stays open until the edge stops.
  ///
  /// @param source what the readings carry as header `source`: the adapter's name
  /// @param afterGroup called on a journal's thread after each commit that completed something of this emitter, after the
  ///     last of those completions; and, when {@link Emitter#emit} or {@link Emitter#changeState} has answered false, once
  ///     there is room again
  Emitter open(String source, Runnable afterGroup);

  /// This adapter's state as it was found on disk when the edge started, of all classes.
  List<StateEntry> restored();

  /// The class (`alarm`, `normal`, `bulk`) whose journal takes the readings of a topic. Every topic has one.
  String classOf(String topic);

  /// Opens a reader of a topic that the adapter's plan {@link AdapterPlan#reads reads}, whoever writes it.
  ///
  /// @param from where to begin
  /// @param more called on a journal's thread when there may be more to read
  TopicReader read(String topic, TopicPosition from, Runnable more);

  /// This adapter cannot go on: it is closed, and opened anew after a while. Any thread; what comes of it, comes later.
  ///
  /// @param why in words for its owner, with what to do; shown in status
  void failed(String why);

  /// The class whose journal keeps state that belongs to no reading, such as the existence of a session.
  String stateClass();
}
