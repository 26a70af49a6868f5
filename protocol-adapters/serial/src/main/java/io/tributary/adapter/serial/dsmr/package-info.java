/// The telegrams of smart meters (DSMR, P1 companion standard, version 5.0.2; EN 62056-21, mode D). Pure: bytes in, values out.
@NullMarked
package io.tributary.adapter.serial.dsmr;

import org.jspecify.annotations.NullMarked;
