#!/usr/bin/env python3
"""Writes corpus/las: a small file of each point format, one with WKT, and some that break the format in one place."""
import os, struct

RECORD = [20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67]


def las(fmt, count=3, minor=None, wkt=False):
    minor = minor if minor is not None else (4 if fmt >= 6 else 2)
    size = {3: 235, 4: 375}.get(minor, 227)
    body = b'GEOGCS["WGS 84"]\0' if wkt else struct.pack('<16H', 1, 1, 0, 3, 3072, 0, 1, 32654, 4096, 0, 1, 6695, 4099, 0, 1, 9001)
    vlr = struct.pack('<H16sHH32s', 0, b'LASF_Projection', 2112 if wkt else 34735, len(body), b'') + body
    head = bytearray(size)
    head[:4] = b'LASF'
    head[24:26] = bytes([1, minor])
    struct.pack_into('<HIIBHI', head, 94, size, size + len(vlr), 1, fmt, RECORD[fmt], 0 if minor == 4 else count)
    struct.pack_into('<6d', head, 131, 0.01, 0.01, 0.01, 265500, 3808400, 0)
    if minor == 4:
        struct.pack_into('<Q', head, 247, count)
    return bytes(head) + vlr + b''.join(struct.pack('<iii', i, i, i) + bytes(RECORD[fmt] - 12) for i in range(count))


def main():
    out = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'corpus', 'las')
    os.makedirs(out, exist_ok=True)
    files = {'format%d' % f: las(f) for f in range(11)}
    files['wkt'] = las(6, wkt=True)
    files['version0'] = las(1, minor=0)
    good = las(3)
    files['cut'] = good[:-20]
    for name, at, value in (('laz', 104, b'\x83'), ('records', 100, b'\xff\xff\xff\xff'), ('count', 107, b'\xff\xff\xff\xff'),
                            ('first', 96, b'\xff\xff\xff\x7f'), ('length', 105, b'\0\0'), ('scale', 131, b'\xff' * 8), ('header', 94, b'\x10\0')):
        files[name] = good[:at] + value + good[at + len(value):]
    for name, data in files.items():
        with open(os.path.join(out, name + '.las'), 'wb') as f:
            f.write(data)


main()
