/// The MQTT 3.1.1 and 5 endpoint that devices publish to.
@NullMarked
package io.tributary.adapter.mqtt;

import org.jspecify.annotations.NullMarked;
