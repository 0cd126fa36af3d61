#!/usr/bin/env python3
"""Makes tests/fuzz/corpus/grib2: small messages, right and wrong, from the WMO's manual. usage: make_grib2_corpus.py"""
import pathlib
import struct

OUT = pathlib.Path(__file__).parent / "corpus/grib2"


def section(number, content):
    return struct.pack(">IB", len(content) + 5, number) + content


def signed(value):
    return abs(value) | (1 << 31 if value < 0 else 0)


def message(sections, length=None):
    return b"GRIB\xff\xff\x00\x02" + struct.pack(">Q", length or len(sections) + 20) + sections + b"7777"


IDENTITY = section(1, struct.pack(">HHBBBHBBBBBBB", 34, 0, 5, 1, 0, 2016, 8, 22, 2, 0, 0, 0, 2))


def grid(columns=4, rows=3, scan=0, form=0, first=(36_000_000, 139_000_000), last=(35_800_000, 139_300_000)):
    head = struct.pack(">BIBBH", 0, columns * rows & 0xFFFFFFFF, 0, 0, form)
    shape = struct.pack(">BBIBIBI", 4, 255, 0xFFFFFFFF, 255, 0xFFFFFFFF, 255, 0xFFFFFFFF)
    size = struct.pack(">IIII", columns, rows, 0, 0xFFFFFFFF)
    return section(3, head + shape + size + struct.pack(">IIBIIIIB", signed(first[0]), signed(first[1]), 0x30, signed(last[0]), signed(last[1]), 100_000, 100_000, scan))


def product(form=0, minutes=10, more=b""):
    return section(4, struct.pack(">HHBBBBBHBBIBBIBBI", 0, form, 1, 8, 2, 0, 0, 0, 0, 0, minutes, 1, 255, 0xFFFFFFFF, 255, 255, 0xFFFFFFFF) + more)


INTERVAL = struct.pack(">HBBBBBBIBBBIBI", 2016, 8, 22, 3, 0, 0, 1, 0, 1, 2, 0, 60, 0, 0)


def runs(data, count=12, bits=8, most=3, table=(0, 10, 20), decimal=1):
    return section(5, struct.pack(">IHBHHB", count, 200, bits, most, len(table), decimal) + b"".join(struct.pack(">H", v) for v in table)) + \
        section(6, b"\xff") + section(7, data)


def simple(data, count=12, bits=8, bitmap=b"\xff"):
    return section(5, struct.pack(">IHfHHBB", count, 0, 100.0, 1, 0x8001, bits, 0)) + section(6, bitmap) + section(7, data)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    good = b"\x00\x01\x05\x02\x07\x03"  # 1 + 2 + 4 + 1 values
    data = b"\x01\x0f"  # a run of 12
    cases = {
        "runs": message(IDENTITY + grid() + product() + runs(data)),
        "short": message(IDENTITY + grid(4, 2) + product() + runs(good, 8)),
        "digits": message(IDENTITY + grid(600, 2) + product() + runs(bytes([1, 4 + 1199 % 252, 4 + 1199 // 252]), 1200)),
        "nibbles": message(IDENTITY + grid() + product() + runs(b"\x1f", bits=4)),
        "endless": message(IDENTITY + grid() + product() + runs(b"\x01" + b"\xff" * 40)),
        "two": message(IDENTITY + grid() + product() + runs(data) + product(0, 20) + runs(data)),
        "interval": message(IDENTITY + grid() + product(50008, 0, INTERVAL + bytes(24)) + runs(data)),
        "member": message(IDENTITY + grid() + product(11, 0, b"\x03\x04\x15" + INTERVAL) + runs(data)),
        "simple": message(IDENTITY + grid(scan=0x70) + product() + simple(bytes(range(12)))),
        "bitmap": message(IDENTITY + grid() + product() + simple(bytes(range(6)), 6, bitmap=b"\x00\xaa\xa0")),
        "bitmap_again": message(IDENTITY + grid() + product() + simple(bytes(range(6)), 6, bitmap=b"\x00\xaa\xa0") + product() + simple(bytes(6), 6, bitmap=b"\xfe")),
        "lambert": message(IDENTITY + grid(form=30) + product() + runs(data)),
        "circle": message(IDENTITY + grid(36, 1, first=(0, 0), last=(0, 350_000_000)) + product() + runs(b"\x01\x27", 36)),
        "local": message(IDENTITY + section(2, b"own") + grid() + product() + runs(data)),
        "huge": message(IDENTITY + grid(65535, 65535) + product() + runs(data)),
        "long": message(IDENTITY + grid() + product() + runs(data), length=1 << 60),
        "headings": b"JPXX01 RJTD\r\r\n" + message(IDENTITY + grid() + product() + runs(data)) + b"\r\n" + message(IDENTITY + grid(4, 2) + product() + runs(good, 8)),
        "edition1": b"GRIB\x00\x00\x10\x01" + bytes(8),
        "empty": b"",
    }
    for name, data in cases.items():
        (OUT / name).write_bytes(data)
    print(f"{len(cases)} inputs in {OUT}")


if __name__ == "__main__":
    main()
