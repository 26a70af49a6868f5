package io.tributary.sim.field.source;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonStringWriter;
import java.util.List;

/// What came of all that a source said.
///
/// @param acknowledged to the source; 0 where nobody acknowledges
/// @param atHub different ones of it, as a Kafka client read them
/// @param again more than once, as the source's own protocol allows
/// @param twice more than once, and must not be
/// @param gone not at the hub, which is the source's nature and not the edge's fault
/// @param missing not at the hub, and must be
/// @param told readings that bear no number: of quality `error`, or the state of a pin
/// @param wrong values that were never said, or under another source
/// @param disordered behind what was said later
/// @param examples of what must not be
public record Balance(
    String name,
    long said,
    long acknowledged,
    long atHub,
    long again,
    long twice,
    long gone,
    long missing,
    long told,
    long wrong,
    long disordered,
    List<String> examples) {

  public boolean holds() {
    return twice == 0 && missing == 0 && wrong == 0 && disordered == 0;
  }

  /// Adds an object to an open JSON array.
  public void write(JsonStringWriter json) {
    json.object()
        .value("source", name)
        .value("said", said)
        .value("acknowledged", acknowledged)
        .value("atHub", atHub)
        .value("again", again)
        .value("twice", twice)
        .value("gone", gone)
        .value("missing", missing)
        .value("told", told)
        .value("wrong", wrong)
        .value("disordered", disordered)
        .array("examples", new JsonArray(examples))
        .end();
  }
}
