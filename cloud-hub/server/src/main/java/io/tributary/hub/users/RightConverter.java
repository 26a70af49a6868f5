package io.tributary.hub.users;

import io.tributary.front.kafka.access.Right;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a right from the command line.
final class RightConverter implements ITypeConverter<Right> {
  @Override
  public Right convert(String text) {
    try {
      return Right.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
