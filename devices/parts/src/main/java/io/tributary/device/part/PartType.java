package io.tributary.device.part;

import io.tributary.settings.Section;
import java.util.Set;
import java.util.function.Function;

/// A kind of sensor.
///
/// @param name in the settings, as its maker writes it, in lower case
/// @param addresses of seven bits that its pins can give it; empty on a bus without addresses
/// @param reader takes the keys of its own, notes what is wrong with them, and answers what makes one out of its line `L`
/// @param <L> what it hangs on: {@link Registers} or {@link Transfer}
public record PartType<L>(
    String name, Set<Integer> addresses, Function<Section, Function<L, Part>> reader) {}
