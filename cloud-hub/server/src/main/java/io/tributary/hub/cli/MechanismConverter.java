package io.tributary.hub.cli;

import io.tributary.front.kafka.access.SaslMechanism;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a way to log in from the command line.
public final class MechanismConverter implements ITypeConverter<SaslMechanism> {
  @Override
  public SaslMechanism convert(String text) {
    SaslMechanism mechanism = SaslMechanism.named(text);
    if (mechanism == null) {
      throw new TypeConversionException(
          "'" + text + "' is no way to log in; there are " + SaslMechanism.ALLOWED);
    }
    return mechanism;
  }
}
