/// Consumer groups, by Kafka's own coordinator over a log of ours.
@NullMarked
package io.tributary.groups;

import org.jspecify.annotations.NullMarked;
