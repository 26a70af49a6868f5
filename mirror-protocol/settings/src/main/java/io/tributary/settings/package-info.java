/// A YAML file as typed, validated sections; the only place that knows YAML.
@NullMarked
package io.tributary.settings;

import org.jspecify.annotations.NullMarked;
