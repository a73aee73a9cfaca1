"""As much of BSON as a health check and a few administrative commands need."""

import struct

DOUBLE, STRING, DOCUMENT, ARRAY, BINARY, OBJECT_ID, BOOLEAN = 0x01, 0x02, 0x03, 0x04, 0x05, 0x07, 0x08
DATE, NULL, INT32, TIMESTAMP, INT64 = 0x09, 0x0A, 0x10, 0x11, 0x12


def encode(document):
    body = b"".join(encode_element(key, value) for key, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def encode_element(key, value):
    kind, payload = encode_value(value)
    return bytes([kind]) + key.encode() + b"\0" + payload


def encode_value(value):
    if isinstance(value, bool):  # before int: a bool is one
        return BOOLEAN, bytes([value])
    if isinstance(value, int):
        return (INT32, struct.pack("<i", value)) if -(2**31) <= value < 2**31 else (INT64, struct.pack("<q", value))
    if isinstance(value, float):
        return DOUBLE, struct.pack("<d", value)
    if isinstance(value, str):
        return STRING, struct.pack("<i", len(value.encode()) + 1) + value.encode() + b"\0"
    if isinstance(value, bytes):
        return BINARY, struct.pack("<iB", len(value), 0) + value
    if isinstance(value, dict):
        return DOCUMENT, encode(value)
    if isinstance(value, list):
        return ARRAY, encode({str(index): item for index, item in enumerate(value)})
    if value is None:
        return NULL, b""
    raise TypeError(f"no BSON for {type(value).__name__}")


def decode(data):
    return Reader(data).document()


# How values of a fixed size are packed.
FIXED = {DOUBLE: "<d", DATE: "<q", INT32: "<i", TIMESTAMP: "<Q", INT64: "<q"}


class Reader:
    """Reads one document from front to back."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        piece = self.data[self.at : self.at + count]
        self.at += count
        return piece

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def name(self):
        end = self.data.index(b"\0", self.at)
        piece = self.take(end - self.at).decode()
        self.at += 1
        return piece

    def document(self):
        self.take(4)
        found = {}
        while (kind := self.number("<B")) != 0:
            key = self.name()
            found[key] = self.value(kind)
        return found

    def value(self, kind):
        if kind in FIXED:
            return self.number(FIXED[kind])
        if kind == STRING:
            return self.take(self.number("<i"))[:-1].decode()
        if kind == DOCUMENT:
            return self.document()
        if kind == ARRAY:
            return list(self.document().values())
        if kind == BINARY:
            length = self.number("<i")
            self.take(1)
            return self.take(length)
        if kind == OBJECT_ID:
            return self.take(12).hex()
        if kind == BOOLEAN:
            return self.number("<B") == 1
        if kind == NULL:
            return None
        raise ValueError(f"BSON type {kind:#x} is not read here")
