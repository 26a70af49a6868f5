package io.tributary.sim.field.modbus.capture;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What was found in a capture, by the script's names for it.
final class Counts {
  static final String CONNECTIONS = "connections";

  /// Whole and well formed.
  static final String REQUESTS = "requests";

  static final String RESPONSES = "responses";

  /// Responses whose request is there.
  static final String MATCHED = "matched";

  /// Responses that say why there is no other.
  static final String EXCEPTIONS = "exceptions";

  static final String UNANSWERED = "unanswered";

  /// Responses without a request.
  static final String UNASKED = "unasked";

  /// What is no frame, or a pdu that its function does not allow.
  static final String MALFORMED = "malformed";

  /// Frames whose end the capture lacks.
  static final String CUT = "cut";

  static final List<String> NAMES =
      List.of(
          CONNECTIONS,
          REQUESTS,
          RESPONSES,
          MATCHED,
          EXCEPTIONS,
          UNANSWERED,
          UNASKED,
          MALFORMED,
          CUT);

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> functions = new TreeMap<>();

  void add(String name) {
    add(name, 1);
  }

  void add(String name, long amount) {
    counts.merge(name, amount, Long::sum);
  }

  void addFunction(int function) {
    functions.merge(Integer.toString(function), 1L, Long::sum);
  }

  long get(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /// Requests by their function code.
  Map<String, Long> functions() {
    return new TreeMap<>(functions);
  }
}
