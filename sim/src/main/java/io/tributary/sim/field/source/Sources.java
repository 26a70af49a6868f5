package io.tributary.sim.field.source;

import io.tributary.sim.field.source.FileSource.Lines;
import io.tributary.sim.field.source.FileSource.Rotation;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Every source that there is: a further adapter is a class, and a word and a line here.
public enum Sources {
  MQTT_ENDPOINT,
  SERIAL_LINES,
  SERIAL_NMEA,
  HTTP,
  FILE_RENAMED,
  FILE_CUT,
  MODBUS_TCP,
  MODBUS_RTU,
  GPIO,
  I2C,
  SPI,
  ONEWIRE;

  /// How a source talks.
  ///
  /// @param perSecond how often
  public record Manner(long seed, double perSecond) {}

  /// In a plant, which closes it.
  public Source in(Plant plant, Manner manner) throws IOException {
    String name = word();
    Path directory = plant.directory();
    long seed = manner.seed;
    double rate = manner.perSecond;
    return plant.closes(
        switch (this) {
          case MQTT_ENDPOINT -> new MqttSource(name, directory, rate);
          case SERIAL_LINES -> SerialSource.lines(name, directory, rate);
          case SERIAL_NMEA -> SerialSource.nmea(name, directory, rate);
          case HTTP -> new HttpSource(name, plant.freeAddress(), seed, rate);
          case FILE_RENAMED ->
              new FileSource(name, Lines.CSV, Rotation.RENAME, directory, seed, rate);
          case FILE_CUT ->
              new FileSource(name, Lines.NDJSON, Rotation.COPYTRUNCATE, directory, seed, rate);
          case MODBUS_TCP -> ModbusSource.tcp(name, plant.freeAddress(), rate);
          case MODBUS_RTU -> ModbusSource.rtu(name, directory, rate);
          case GPIO -> new GpioSource(name, directory, rate);
          case I2C -> ConverterSource.i2c(name, directory, rate);
          case SPI -> ConverterSource.spi(name, directory, rate);
          case ONEWIRE -> new OneWireSource(name, directory, rate);
        });
  }

  /// How commands call it: the name of its adapter and its topic.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// @throws IllegalArgumentException when there is none of that name; names those that there are
  public static Sources of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' is no source; there are %s".formatted(word, String.join(", ", words()))));
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Sources::word).toList();
  }
}
