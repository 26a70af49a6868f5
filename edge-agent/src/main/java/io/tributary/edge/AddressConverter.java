package io.tributary.edge;

import io.tributary.settings.HostAndPort;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `HOST:PORT` from the command line.
final class AddressConverter implements ITypeConverter<HostAndPort> {
  @Override
  public HostAndPort convert(String text) {
    try {
      return HostAndPort.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + text + "' is not HOST:PORT, for example 127.0.0.1:8081 or [::1]:8081");
    }
  }
}
