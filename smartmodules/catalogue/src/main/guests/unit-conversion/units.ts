// Units: what they measure, and how they relate to the base unit of that quantity: base = value * scale + offset.

export class Unit {
  constructor(
    public quantity: string,
    public names: string[],
    public scale: f64,
    public offset: f64,
  ) {}
}

const UNITS: Unit[] = [];

// Quantity, scale, offset, names with spaces between; the first name is the one that hints show.
function unit(quantity: string, scale: f64, offset: f64, names: string): void {
  UNITS.push(new Unit(quantity, names.split(" "), scale, offset));
}

unit("temperature", 1, 0, "K kelvin");
unit("temperature", 1, 273.15, "°C C degC Cel celsius");
unit("temperature", 5.0 / 9.0, 459.67 * 5.0 / 9.0, "°F F degF fahrenheit");
unit("pressure", 1, 0, "Pa");
unit("pressure", 100, 0, "hPa mbar");
unit("pressure", 1000, 0, "kPa");
unit("pressure", 1e6, 0, "MPa");
unit("pressure", 1e5, 0, "bar");
unit("pressure", 6894.757293168, 0, "psi");
unit("pressure", 101325, 0, "atm");
unit("pressure", 133.322387415, 0, "mmHg");
unit("length", 1e-6, 0, "µm um");
unit("length", 0.001, 0, "mm");
unit("length", 0.01, 0, "cm");
unit("length", 1, 0, "m");
unit("length", 1000, 0, "km");
unit("length", 0.0254, 0, "in inch");
unit("length", 0.3048, 0, "ft");
unit("length", 0.9144, 0, "yd");
unit("length", 1609.344, 0, "mi");
unit("speed", 1, 0, "m/s");
unit("speed", 1 / 3.6, 0, "km/h kmh");
unit("speed", 0.44704, 0, "mph");
unit("speed", 1852.0 / 3600.0, 0, "kn kt");
unit("speed", 0.3048, 0, "ft/s");
unit("power", 0.001, 0, "mW");
unit("power", 1, 0, "W");
unit("power", 1000, 0, "kW");
unit("power", 1e6, 0, "MW");
unit("power", 745.69987158227022, 0, "hp");
unit("energy", 1, 0, "J");
unit("energy", 1000, 0, "kJ");
unit("energy", 1e6, 0, "MJ");
unit("energy", 3600, 0, "Wh");
unit("energy", 3.6e6, 0, "kWh");
unit("energy", 3.6e9, 0, "MWh");
unit("volume", 0.001, 0, "ml mL");
unit("volume", 1, 0, "l L");
unit("volume", 1000, 0, "m³ m3");
unit("volume", 3.785411784, 0, "gal");
unit("flow", 1, 0, "l/min L/min lpm");
unit("flow", 60, 0, "l/s L/s");
unit("flow", 1.0 / 60.0, 0, "l/h L/h");
unit("flow", 1000.0 / 60.0, 0, "m³/h m3/h");
unit("flow", 60000, 0, "m³/s m3/s");
unit("flow", 3.785411784, 0, "gpm");
unit("mass", 0.001, 0, "g");
unit("mass", 1, 0, "kg");
unit("mass", 1000, 0, "t");
unit("mass", 0.45359237, 0, "lb");
unit("mass", 0.028349523125, 0, "oz");
unit("time", 0.001, 0, "ms");
unit("time", 1, 0, "s");
unit("time", 60, 0, "min");
unit("time", 3600, 0, "h");
unit("frequency", 1, 0, "Hz 1/s");
unit("frequency", 1000, 0, "kHz");
unit("frequency", 1e6, 0, "MHz");
unit("frequency", 1.0 / 60.0, 0, "rpm 1/min");
unit("voltage", 0.001, 0, "mV");
unit("voltage", 1, 0, "V");
unit("voltage", 1000, 0, "kV");
unit("current", 0.001, 0, "mA");
unit("current", 1, 0, "A");
unit("angle", 1, 0, "° deg");
unit("angle", 180.0 / Math.PI, 0, "rad");
unit("ratio", 1, 0, "% percent");
unit("ratio", 100, 0, "1");
unit("ratio", 0.0001, 0, "ppm");

// The unit of this name, or null.
export function unitOf(name: string): Unit | null {
  for (let i = 0; i < UNITS.length; i++) {
    if (UNITS[i].names.includes(name)) return UNITS[i];
  }
  return null;
}

export function unitsOf(quantity: string): string {
  let names = "";
  for (let i = 0; i < UNITS.length; i++) {
    if (quantity == "" || UNITS[i].quantity == quantity) names += " " + UNITS[i].names[0];
  }
  return names;
}

export function convert(value: f64, from: Unit, to: Unit): f64 {
  return (value * from.scale + from.offset - to.offset) / to.scale;
}
