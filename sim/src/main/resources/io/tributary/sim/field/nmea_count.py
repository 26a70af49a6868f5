"""Counts what a capture of NMEA 0183 says: an independent opinion of what the adapter should find.

    nmea_count.py FILE

Prints one JSON object: sentences by address, what is wrong by kind, and the positions in their order, as texts. It knows nothing of
the adapter's code: the rules are those of the README of the module `serial`.
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
print(json.dumps({"sentences": sentences, "counts": counts, "positions": positions}))
