package io.tributary.session.story;

import java.util.List;

/// The machine that a story is about.
interface Actor {
  /// Does what the line says and returns what the machine wants done.
  List<String> act(Line line);
}
