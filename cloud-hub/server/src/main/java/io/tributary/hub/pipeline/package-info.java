/// The commands of `pipeline`, which ask a running hub over HTTP.
@NullMarked
package io.tributary.hub.pipeline;

import org.jspecify.annotations.NullMarked;
