/// Sensors on I²C, SPI and 1-Wire: each is measured at its interval, and what it says, or why it says nothing, becomes a reading.
///
/// ```
///  I2cAdapterType     ─┐
///  SpiAdapterType      ├─▶ Probe: what is measured, how often ─▶ SensorAgent: whose turn it is ─▶ Feed ─▶ journal
///  OneWireAdapterType ─┘
/// ```
@NullMarked
package io.tributary.device.sensor;

import org.jspecify.annotations.NullMarked;
