"""Counts what a capture of NMEA 0183 says: an independent opinion of what the adapter should find.

    nmea_count.py FILE

Prints one JSON object: sentences by address, what is wrong by kind, the positions in their order, as texts, and the AIS messages of
types 1 and 5 in theirs, with all their fields. It knows nothing of the adapter's code: the rules are those of the README of the module
`serial`, and of ITU-R M.1371-5, annex 8.
"""
import json
import re
import sys
from decimal import ROUND_HALF_EVEN, Decimal

SHAPE = re.compile(rb"[$!]([A-Z0-9]{3,})((?:,[^*]*)?)(?:\*([0-9A-Fa-f]{2}))?")
PLACES = {b"GGA": 1, b"RMC": 2, b"GLL": 0, b"GNS": 1}


def checksum(characters):
    value = 0
    for each in characters:
        value ^= each
    return value


def degrees(text, half, negative):
    dot = text.find(b".")
    minutes = (dot if dot >= 0 else len(text)) - 2
    value = Decimal(text[:minutes].decode()) + (Decimal(text[minutes:].decode()) / 60).quantize(
        Decimal("1.000000000"), ROUND_HALF_EVEN)
    return str(-value if half == negative else value)


def pieces(line):
    starts = [i for i, each in enumerate(line) if each in b"$!"]
    ends = starts[1:] + [len(line)]
    head = line[:starts[0]] if starts else line
    return head, [line[a:b] for a, b in zip(starts, ends)]


def unarmoured(payload, fill):
    bits = "".join(format(each - 48 - (8 if each > 87 else 0), "06b") for each in payload)
    return bits[:len(bits) - fill]


def text(bits):
    letters = ""
    for at in range(0, len(bits), 6):
        value = int(bits[at:at + 6], 2)
        if value == 0:
            break
        letters += chr(value + 64 if value < 32 else value)
    return letters.rstrip(" ")


def signed(bits):
    return int(bits, 2) - (1 << len(bits) if bits[0] == "1" else 0)


def ship(bits):
    def u(at, width):
        return int(bits[at:at + width], 2)

    kind = u(0, 6)
    said = {"type": kind, "mmsi": u(8, 30)}
    if kind == 1:
        turn = signed(bits[42:50])
        if abs(turn) <= 126:
            said["turnDegreesPerMinute"] = plain((Decimal(turn) / Decimal("4.733")) ** 2 * (1 if turn >= 0 else -1), 1)
        said["status"] = u(38, 4)
        said["accurate"] = bits[60] == "1"
        if u(50, 10) != 1023:
            said["speedKnots"] = plain(Decimal(u(50, 10)) / 10, 1)
        if signed(bits[61:89]) != 181 * 600000:
            said["longitude"] = plain(Decimal(signed(bits[61:89])) / 600000, 9)
        if signed(bits[89:116]) != 91 * 600000:
            said["latitude"] = plain(Decimal(signed(bits[89:116])) / 600000, 9)
        if u(116, 12) != 3600:
            said["courseDegrees"] = plain(Decimal(u(116, 12)) / 10, 1)
        if u(128, 9) != 511:
            said["headingDegrees"] = u(128, 9)
        if u(137, 6) < 60:
            said["second"] = u(137, 6)
    elif kind == 5:
        said["imo"] = u(40, 30)
        said["callsign"] = text(bits[70:112])
        said["name"] = text(bits[112:232])
        said["shipType"] = u(232, 8)
        said["toBowM"], said["toSternM"] = u(240, 9), u(249, 9)
        said["toPortM"], said["toStarboardM"] = u(258, 6), u(264, 6)
        said["eta"] = "%02d-%02dT%02d:%02dZ" % (u(274, 4), u(278, 5), u(283, 5), u(288, 6))
        said["draughtM"] = plain(Decimal(u(294, 8)) / 10, 1)
        said["destination"] = text(bits[302:422])
    return said


def plain(value, digits):
    return float(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


def fragment(address, values):
    """A message, once its last sentence has come and all before it had come in their order."""
    count, number, message, channel, payload, fill = values[:6]
    key = (address, count, message, channel)
    begun = waiting.pop(key, None)
    if number == b"1":
        begun = []
    if begun is None or len(begun) != int(number) - 1:
        return
    begun.append(unarmoured(payload, int(fill)))
    if number == count:
        messages.append(ship("".join(begun)))
    else:
        waiting[key] = begun


waiting = {}
messages = []
counts = {"checksumWrong": 0, "unchecked": 0, "malformed": 0, "foreign": 0}
sentences = {}
positions = []
data = open(sys.argv[1], "rb").read()
for line in data.split(b"\n")[:-1]:
    if line.endswith(b"\r"):
        line = line[:-1]
    head, parts = pieces(line)
    # Blank as Java's String.isBlank has it.
    if head.decode("latin-1").strip(" \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"):
        counts["foreign"] += 1
    for part in parts:
        if any(each < 0x20 or each > 0x7E for each in part):
            counts["malformed"] += 1
            continue
        shape = SHAPE.fullmatch(part)
        if not shape:
            counts["malformed" if b"*" in part else "unchecked"] += 1
            continue
        address, fields, given = shape.groups()
        if given is None:
            counts["unchecked"] += 1
            continue
        if checksum(part[1:part.index(b"*")]) != int(given, 16):
            counts["checksumWrong"] += 1
            continue
        name = address.decode()
        if address[-3:] in (b"VDM", b"VDO"):
            fragment(address, fields[1:].split(b","))
            continue
        sentences[name] = sentences.get(name, 0) + 1
        kind = address[-3:]
        values = fields[1:].split(b",")
        at = PLACES.get(kind)
        if at is None or len(values) < at + 4 or not values[at]:
            continue
        if kind == b"GGA" and values[5] == b"0" or kind == b"RMC" and values[1] == b"V":
            continue
        if kind == b"GLL" and len(values) > 5 and values[5] == b"V":
            continue
        positions.append(name + " " + degrees(values[at], values[at + 1], b"S") + " "
                         + degrees(values[at + 2], values[at + 3], b"W"))
print(json.dumps({"sentences": sentences, "counts": counts, "positions": positions, "messages": messages}))
