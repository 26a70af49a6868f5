"""A Modbus server by libmodbus, with one value of each type: `tcp PORT` or `rtu PATH UNIT`.

Says `ready` when it listens. Values are laid out here: what libmodbus 3.1.6 calls the order ABCD of a float is BADC on the line.
"""
import ctypes
import struct
import sys

lib = ctypes.CDLL("libmodbus.so.5", use_errno=True)
lib.modbus_new_tcp.restype = ctypes.c_void_p
lib.modbus_new_rtu.restype = ctypes.c_void_p


class Mapping(ctypes.Structure):
    _fields_ = [
        ("nb_bits", ctypes.c_int), ("start_bits", ctypes.c_int),
        ("nb_input_bits", ctypes.c_int), ("start_input_bits", ctypes.c_int),
        ("nb_input_registers", ctypes.c_int), ("start_input_registers", ctypes.c_int),
        ("nb_registers", ctypes.c_int), ("start_registers", ctypes.c_int),
        ("bits", ctypes.POINTER(ctypes.c_uint8)), ("input_bits", ctypes.POINTER(ctypes.c_uint8)),
        ("input_registers", ctypes.POINTER(ctypes.c_uint16)),
        ("registers", ctypes.POINTER(ctypes.c_uint16)),
    ]


lib.modbus_mapping_new.restype = ctypes.POINTER(Mapping)
mapping = lib.modbus_mapping_new(20, 20, 200, 20)
registers = mapping.contents.registers


def put_bytes(at, words):
    for i in range(0, len(words), 2):
        registers[at + i // 2] = int.from_bytes(words[i:i + 2], "big")


def put(at, form, value):
    put_bytes(at, struct.pack(">" + form, value))


put(0, "h", -123)
put(1, "H", 65413)
put(2, "i", -2147483648)
put(4, "I", 4000000000)
put(6, "q", -9223372036854775807)
put(10, "Q", 18446744073709551615)
a, b, c, d = struct.pack(">f", 77.6)
put_bytes(14, bytes((a, b, c, d)))
put_bytes(16, bytes((d, c, b, a)))
put_bytes(18, bytes((b, a, d, c)))
put_bytes(20, bytes((c, d, a, b)))
put(22, "d", 3.141592653589793)
put(26, "6s", b"AB1\0\0\0")
put(29, "H", 0x8001)
put(30, "f", float("nan"))
for i in range(20):
    mapping.contents.bits[i] = i % 3 == 0
    mapping.contents.input_bits[i] = i % 2
    mapping.contents.input_registers[i] = 100 + i

if sys.argv[1] == "tcp":
    ctx = ctypes.c_void_p(lib.modbus_new_tcp(b"127.0.0.1", int(sys.argv[2])))
    listening = ctypes.c_int(lib.modbus_tcp_listen(ctx, 5))
else:
    ctx = ctypes.c_void_p(lib.modbus_new_rtu(sys.argv[2].encode(), 19200, ctypes.c_char(b"E"), 8, 1))
    lib.modbus_set_slave(ctx, int(sys.argv[3]))
    if lib.modbus_connect(ctx) != 0:
        sys.exit("cannot open " + sys.argv[2])
print("ready", flush=True)
query = (ctypes.c_uint8 * 260)()
while True:
    if sys.argv[1] == "tcp":
        lib.modbus_tcp_accept(ctx, ctypes.byref(listening))
    while True:
        length = lib.modbus_receive(ctx, query)
        if length > 0:
            lib.modbus_reply(ctx, query, length, mapping)
        elif length < 0 and sys.argv[1] == "tcp":
            break
