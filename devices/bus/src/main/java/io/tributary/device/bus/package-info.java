/// What an edge is wired to: pins (GPIO), I²C and SPI. Each is the kernel's device, or a socket of a simulator that plays it.
///
/// ```
///  I2cBus, SpiDevice, Pins ──▶ kernel: /dev/i2c-1, /dev/spidev0.0, /dev/gpiochip0, by ioctl
///                          └─▶ simulated:PATH, a line of text for each transfer
/// ```
///
/// The kernel's interfaces are documented in its tree: `Documentation/userspace-api/gpio/chardev.rst`, `Documentation/i2c/dev-interface.rst`
/// and `Documentation/spi/spidev.rst`.
@NullMarked
package io.tributary.device.bus;

import org.jspecify.annotations.NullMarked;
