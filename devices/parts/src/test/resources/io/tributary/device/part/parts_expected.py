"""What the registers of a dump mean, by exact fractions from the makers' data sheets; a second opinion, which shares nothing with the
drivers but the dump. Prints one line a value: source, value rounded half to even, unit; or source and `error`."""

import sys
from fractions import Fraction as F


def read(path):
    keys, registers = {}, {}
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if not line:
            continue
        key, value = (word.strip() for word in line.split(":", 1))
        try:
            registers[int(key, 16) if not key.startswith("send") else key.split()[1]] = bytes.fromhex(value)
        except ValueError:
            keys[key] = value
    return keys, registers


def rounded(value, decimals):
    scaled = round(F(value) * 10**decimals)  # half to even
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(decimals + 1, "0")
    text = sign + (digits if decimals == 0 else digits[:-decimals] + "." + digits[-decimals:])
    return text.rstrip("0").rstrip(".") if "." in text else text


def significant(value, digits):
    """Rounded to so many digits."""
    if value == 0:
        return "0"
    decimals = digits
    while abs(value) * F(10)**(decimals - 1) >= F(10)**(digits - 1):
        decimals -= 1
    while abs(value) * F(10)**decimals < F(10)**(digits - 1):
        decimals += 1
    return rounded(value, decimals) if decimals > 0 else str(round(value))


def signed(value, bits):
    return value - (1 << bits) if value & (1 << (bits - 1)) else value


def word(data):
    return int.from_bytes(data, "big")


def bme280(keys, registers):
    """Section 8.1 in fractions, and beside it the integers of section 4.2.3."""
    c, h, d = registers[0x88], registers[0xE1], registers[0xF7]
    little = lambda i, s=True: int.from_bytes(c[i:i + 2], "little", signed=s)
    t1, t2, t3 = little(0, False), little(2), little(4)
    p1 = little(6, False)
    p2, p3, p4, p5, p6, p7, p8, p9 = (little(i) for i in range(8, 24, 2))
    h1, h2, h3 = c[25], int.from_bytes(h[0:2], "little", signed=True), h[2]
    h4 = signed((h[3] << 4) | (h[4] & 15), 12)
    h5 = signed((h[5] << 4) | (h[4] >> 4), 12)
    h6 = signed(h[6], 8)
    up, ut, uh = word(d[0:3]) >> 4, word(d[3:6]) >> 4, word(d[6:8])
    if ut == 0x80000:
        return ["temperature error", "pressure error", "humidity error"]

    fine = (F(ut, 16384) - F(t1, 1024)) * t2 + (F(ut, 131072) - F(t1, 8192))**2 * t3
    celsius = fine / 5120

    v1 = fine / 2 - 64000
    v2 = v1 * v1 * p6 / 32768 + v1 * p5 * 2
    v2 = v2 / 4 + p4 * 65536
    v1 = (p3 * v1 * v1 / 524288 + p2 * v1) / 524288
    v1 = (1 + v1 / 32768) * p1
    p = (1048576 - up - v2 / 4096) * 6250 / v1
    pascal = p + (F(p9) * p * p / 2147483648 + p * p8 / 32768 + p7) / 16

    x = fine - 76800
    rh = (uh - (h4 * 64 + F(h5, 16384) * x)) * (F(h2, 65536) * (1 + F(h6, 67108864) * x * (1 + F(h3, 67108864) * x)))
    rh = rh * (1 - h1 * rh / 524288)
    rh = min(F(100), max(F(0), rh))

    # The integers, as a check of the script itself.
    a = (((ut >> 3) - (t1 << 1)) * t2) >> 11
    b = (((((ut >> 4) - t1) * ((ut >> 4) - t1)) >> 12) * t3) >> 14
    assert abs(F((((a + b) * 5 + 128) >> 8), 100) - celsius) < F(2, 100)
    i1 = (a + b) - 128000
    i2 = i1 * i1 * p6 + ((i1 * p5) << 17) + (p4 << 35)
    i1 = ((i1 * i1 * p3) >> 8) + ((i1 * p2) << 12)
    i1 = (((1 << 47) + i1) * p1) >> 33
    q = ((((1048576 - up) << 31) - i2) * 3125) // i1
    q = ((q + ((p9 * (q >> 13) * (q >> 13)) >> 25) + ((p8 * q) >> 19)) >> 8) + (p7 << 4)
    assert abs(F(q, 256) - pascal) < 8, (float(F(q, 256)), float(pascal))

    within = lambda name, value, decimals, unit, low, high: (
        f"{name} {rounded(value, decimals)} {unit}" if low <= value <= high else f"{name} error")
    return [
        within("temperature", celsius, 2, "°C", -40, 85),
        "pressure error" if up == 0x80000 else within("pressure", pascal, 1, "Pa", 30000, 110000),
        "humidity error" if uh == 0x8000 else within("humidity", rh, 2, "%", 0, 100),
    ]


def ads1115(keys, registers):
    raw = signed(word(registers[0]), 16)
    if raw in (32767, -32768):
        return ["in error"]
    volts = F(keys["range"]) * raw / 32768
    return ["in " + significant(volts * F(keys.get("scale", "1")) + F(keys.get("offset", "0")), 7) + " " + keys["unit"]]


def ina219(keys, registers):
    step = F("0.04096") / (int(keys["calibration"]) * F(keys["shunt"]))
    supply = word(registers[2])
    out = ["voltage " + rounded(F((supply >> 3) * 4, 1000), 3) + " V"]
    shunt = signed(word(registers[1]), 16)
    if supply & 1 or abs(shunt) >= int(keys["shunt-most"]):
        return out + ["current error", "power error"]
    current = signed(word(registers[4]), 16) * step
    # The part multiplies itself: what it says must fit its own registers.
    assert abs(F(shunt, 100000) / F(keys["shunt"]) - current) < 2 * step
    return out + ["current " + rounded(current, 6) + " A", "power " + rounded(word(registers[3]) * 20 * step, 5) + " W"]


def mcp3008(keys, registers):
    (sent, answer), = registers.items()
    if answer[1] & 4:
        return ["in error"]
    value = word(answer) & 1023
    return ["in " + significant(F(keys["reference"]) * value / 1024 * F(keys.get("scale", "1")) + F(keys.get("offset", "0")), 7) + " " + keys["unit"]]


if __name__ == "__main__":
    found = read(sys.argv[1])
    print("\n".join({"bme280": bme280, "ads1115": ads1115, "ina219": ina219, "mcp3008": mcp3008}[found[0]["part"]](*found)))
