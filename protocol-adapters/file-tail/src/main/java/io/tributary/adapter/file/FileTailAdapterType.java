package io.tributary.adapter.file;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.measurement.OneTopicPlan;
import io.tributary.settings.Section;
import java.util.Set;

/// The adapter type `file-tail`.
public final class FileTailAdapterType implements AdapterType {
  @Override
  public String type() {
    return "file-tail";
  }

  @Override
  public AdapterPlan plan(Section section) {
    FileTailSettings settings = FileTailSettings.read(section);
    return new OneTopicPlan(
        settings.envelope(),
        Set.of(),
        (name, outlet) -> new FileTailAdapter(type(), name, settings, outlet));
  }
}
