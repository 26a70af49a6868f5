"""Says what is in a capture of Modbus/TCP: an independent opinion of what the edge should have read.

    modbus_count.py FILE [PORT]

Prints one JSON object: `counts`, the `requests` by function, and the `answers` to reads in their order, under
"SERVER UNIT FUNCTION ADDRESS COUNT": a list of registers or bits each, or the number of an exception. It knows nothing of the
simulator's code: the rules are those of the README of the module `sim`, in its part about captures.
"""
import json
import socket
import struct
import sys

READS = {1: 2000, 2: 2000, 3: 125, 4: 125}
EXCEPTION = 0x80


def packets(data):
    """The frames of a classic pcap file, as (number, bytes)."""
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}[data[:4]]
    at, number = 24, 0
    while at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        if at + 16 + size > len(data):
            break
        yield number, data[at + 16:at + 16 + size]
        at, number = at + 16 + size, number + 1


def segments(data):
    """(number, from, to, sequence, flags, payload) of each TCP segment over IPv4."""
    for number, frame in packets(data):
        at = 12
        while frame[at:at + 2] == b"\x81\x00":
            at += 4
        ip = frame[at + 2:]
        if frame[at:at + 2] != b"\x08\x00" or len(ip) < 20 or ip[0] >> 4 != 4 or ip[9] != 6:
            continue
        if struct.unpack_from(">H", ip, 6)[0] & 0x3FFF:
            continue
        ip_header = (ip[0] & 15) * 4
        tcp = ip[ip_header:struct.unpack_from(">H", ip, 2)[0]]
        if len(tcp) < 20:
            continue
        ends = [(socket.inet_ntoa(ip[12 + 4 * i:16 + 4 * i]), struct.unpack_from(">H", tcp, 2 * i)[0]) for i in (0, 1)]
        yield number, ends[0], ends[1], struct.unpack_from(">I", tcp, 4)[0], tcp[13], tcp[(tcp[12] >> 4) * 4:]


def connections(data, port):
    """For each connection, in the order of their first segments, the segments of both directions."""
    found, now = [], {}
    for number, source, target, sequence, flags, payload in segments(data):
        if source[1] != port and target[1] != port:
            continue
        to_server = target[1] == port
        key = (source, target) if to_server else (target, source)
        opens = flags & 0x12 == 0x02
        if key not in now or opens and now[key]["opened"] != sequence and to_server:
            now[key] = {"server": "%s:%d" % key[1], "opened": sequence if opens else None, True: [], False: []}
            found.append(now[key])
        now[key][to_server].append((number, sequence, flags & 0x02, payload))
    return found


def stream(direction):
    """The bytes by their place in the stream, as place -> (byte, number), and the places at which segments begin."""
    taken, starts = {}, set()
    if not direction:
        return taken, starts
    origin = direction[0][1]
    places = [(((sequence + (1 if syn else 0) - origin + 0x80000000) & 0xFFFFFFFF) - 0x80000000, number, payload)
              for number, sequence, syn, payload in direction]
    for place, number, payload in places:
        if payload:
            starts.add(place)
        for i, each in enumerate(payload):
            taken.setdefault(place + i, (each, number))
    return taken, starts


def frames(direction, counts):
    """(number of the packet that makes it whole, id, unit, pdu) of each frame."""
    taken, starts = stream(direction)
    places = sorted(taken)
    whole, at, latest = [], 0, -1
    begins = sorted(starts)

    def resume(after):
        """The index of the first byte at which a segment begins behind a place."""
        later = [each for each in begins if each > after]
        return places.index(later[0]) if later else len(places)

    while at < len(places):
        first = places[at]
        got = bytearray()
        while at + len(got) < len(places) and places[at + len(got)] == first + len(got) and len(got) < 6:
            got.append(taken[first + len(got)][0])
        if len(got) == 6:
            protocol, length = struct.unpack_from(">HH", got, 2)
            if protocol != 0 or not 2 <= length <= 254:
                counts["malformed"] += 1
                at = resume(first)
                continue
            while at + len(got) < len(places) and places[at + len(got)] == first + len(got) and len(got) < 6 + length:
                got.append(taken[first + len(got)][0])
            if len(got) == 6 + length:
                latest = max([latest] + [taken[first + i][1] for i in range(len(got))])
                whole.append((latest, struct.unpack_from(">H", got)[0], got[6], bytes(got[7:])))
                at += len(got)
                continue
        counts["cut"] += 1
        at += len(got)
    return whole


def is_request(pdu):
    if pdu[0] in READS:
        return len(pdu) == 5 and 1 <= struct.unpack_from(">H", pdu, 3)[0] <= READS[pdu[0]]
    if pdu[0] in (5, 6):
        return len(pdu) == 5
    if pdu[0] in (15, 16):
        return len(pdu) >= 6 and len(pdu) == 6 + pdu[5]
    return pdu[0] < EXCEPTION


def is_response(pdu):
    if pdu[0] & EXCEPTION:
        return len(pdu) == 2
    if pdu[0] in READS:
        return len(pdu) >= 2 and len(pdu) == 2 + pdu[1]
    if pdu[0] in (5, 6, 15, 16):
        return len(pdu) == 5
    return True


def answers(request, response):
    if response[0] == request[0] | EXCEPTION:
        return True
    if response[0] != request[0]:
        return False
    if request[0] in READS:
        count = struct.unpack_from(">H", request, 3)[0]
        return response[1] == (2 * count if request[0] > 2 else (count + 7) // 8)
    return request[0] not in (5, 6, 15, 16) or response[1:5] == request[1:5]


def value(request, response):
    if response[0] & EXCEPTION:
        return response[1]
    count = struct.unpack_from(">H", request, 3)[0]
    if request[0] > 2:
        return list(struct.unpack_from(">%dH" % count, response, 2))
    return [response[2 + i // 8] >> i % 8 & 1 for i in range(count)]


def main():
    data = open(sys.argv[1], "rb").read()
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 502
    counts = dict.fromkeys(
        ["connections", "requests", "responses", "matched", "exceptions", "unanswered", "unasked", "malformed", "cut"], 0)
    functions, read = {}, []
    for connection in connections(data, port):
        counts["connections"] += 1
        said = [(number, 0, i, id, unit, pdu) for i, (number, id, unit, pdu) in enumerate(frames(connection[True], counts))]
        said += [(number, 1, i, id, unit, pdu) for i, (number, id, unit, pdu) in enumerate(frames(connection[False], counts))]
        waiting = []
        for number, side, _, id, unit, pdu in sorted(said):
            if not (is_response if side else is_request)(pdu):
                counts["malformed"] += 1
                continue
            if not side:
                counts["requests"] += 1
                functions[str(pdu[0])] = functions.get(str(pdu[0]), 0) + 1
                waiting.append((id, unit, pdu))
                continue
            counts["responses"] += 1
            counts["exceptions"] += pdu[0] >> 7
            asked = next((each for each in waiting if each[:2] == (id, unit) and answers(each[2], pdu)), None)
            if asked is None:
                counts["unasked"] += 1
                continue
            waiting.remove(asked)
            counts["matched"] += 1
            if asked[2][0] in READS:
                where = "%s %d %d %d %d" % ((connection["server"], unit) + struct.unpack(">BHH", asked[2]))
                read.append((number, len(read), where, value(asked[2], pdu)))
        counts["unanswered"] += len(waiting)
    by_request = {}
    for _, _, where, values in sorted(read, key=lambda each: each[:2]):
        by_request.setdefault(where, []).append(values)
    print(json.dumps({"counts": counts, "functions": functions, "answers": by_request}))


main()
