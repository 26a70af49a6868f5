/// The SmartModules that come with the program. Each is a folder of sources in `src/main/guests`; what they are built to, and the
/// page that tells its params, are resources of this package. `smartmodules/build-guests --check` compares the two.
///
/// Imports settings and the API.
@NullMarked
package io.tributary.smartmodule.catalogue;

import org.jspecify.annotations.NullMarked;
