/// The commands of who writes SmartModules: `smartmodule new | build | test | list`.
///
/// Imports the API of SmartModules; what runs them is found by name.
@NullMarked
package io.tributary.hub.smartmodule;

import org.jspecify.annotations.NullMarked;
