"""Reads what a smart meter said: an independent opinion of what the adapter should find.

    p1_count.py FILE

Prints one JSON object: how many telegrams were whole, how many had a wrong checksum or none, and each object of each whole telegram in
its order, as [OBIS code, value, unit, time in ms since 1970]. It knows nothing of the adapter's code: a telegram reaches from a slash to the
line of the exclamation mark, CRC-16/ARC over both (P1 companion standard 5.0.2, sections 5.12 and 6).
"""
import json
import re
import sys
from datetime import datetime, timedelta, timezone

END = re.compile(rb"(?:^|\n)!([^\n/]*)(?=[\n/])")
# Blank as Java has it.
WHITE = b" \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"
TIME = re.compile(r"(\d{12})([SW])")


def table():
    entries = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
        entries.append(value)
    return entries


TABLE = table()


def crc(data):
    value = 0
    for each in data:
        value = value >> 8 ^ TABLE[(value ^ each) & 0xFF]
    return value


def instant(text):
    found = TIME.fullmatch(text)
    if not found:
        return None
    zone = timezone(timedelta(hours=2 if found.group(2) == "S" else 1))
    return datetime.strptime("20" + found.group(1), "%Y%m%d%H%M%S").replace(tzinfo=zone)


def millis(moment):
    return None if moment is None else int(moment.timestamp() * 1000)


def shown(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def objects(body):
    lines = [line for line in body.decode("latin-1").split("\r\n")[1:] if line]
    return [(line[:line.index("(")], re.findall(r"\(([^)]*)\)", line)) for line in lines]


def reading(code, values, now):
    last = values[-1]
    quantity = re.fullmatch(r"(\d+(?:\.\d+)?)\*(.+)", last)
    if len(values) == 2 and instant(values[0]) and quantity:
        return [code, number(quantity.group(1)), quantity.group(2), millis(instant(values[0]))]
    if len(values) > 1:
        return [code, values, None, now]
    if instant(last):
        return [code, shown(instant(last)), None, now]
    if quantity:
        return [code, number(quantity.group(1)), quantity.group(2), now]
    return [code, last, None, now]


def number(text):
    whole = text.lstrip("0")
    return "0" + whole if not whole or whole.startswith(".") else whole


data = open(sys.argv[1], "rb").read()
counts = {"taken": 0, "checksumWrong": 0, "unchecked": 0}
readings = []
behind = 0
for end in END.finditer(data):
    whole = data[behind:end.start(1)]
    behind = end.end()
    starts = [i for i, each in enumerate(whole) if each == ord("/")]
    if not starts:
        continue
    given = end.group(1).strip(WHITE).upper()
    # Which slash begins it, its checksum says.
    good = [i for i in starts if given == b"%04X" % crc(whole[i:])]
    if not good:
        counts["checksumWrong" if given else "unchecked"] += 1
        continue
    counts["taken"] += 1
    found = objects(whole[good[0]:-1])
    now = millis(next(instant(values[0]) for code, values in found if code == "0-0:1.0.0"))
    readings += [reading(code, values, now) for code, values in found]
print(json.dumps({"counts": counts, "readings": readings}))
