#!/usr/bin/env python3
"""Writes corpus/photo_meta: JPEGs of one pixel with EXIF and XMP of a drone, and some that break the form in one place."""
import os, struct

SOF = b'\xff\xc0' + struct.pack('>HBHHBBBB', 11, 8, 3, 4, 1, 1, 0x11, 0)


def directory(order, at, fields):
    head, rest = struct.pack(order + 'H', len(fields)), b''
    behind = at + 2 + 12 * len(fields) + 4
    for tag, kind, count, value in fields:
        head += struct.pack(order + 'HHI', tag, kind, count)
        if len(value) <= 4:
            head += value.ljust(4, b'\0')
        else:
            head += struct.pack(order + 'I', behind + len(rest))
            rest += value + b'\0' * (len(value) % 2)
    return head + struct.pack(order + 'I', 0) + rest


def tiff(order):
    ratio = lambda *v: b''.join(struct.pack(order + 'II', a, b) for a, b in v)
    gps = [(1, 2, 2, b'N\0'), (2, 5, 3, ratio((35, 1), (40, 1), (48, 1))), (3, 2, 2, b'E\0'), (4, 5, 3, ratio((139, 1), (45, 1), (36, 1))), (5, 1, 1, b'\0'), (6, 5, 1, ratio((120, 1))),
           (0x11, 5, 1, ratio((90, 1))), (0x12, 2, 6, b'TOKYO\0')]
    exif = [(0x9003, 2, 20, b'2026:04:01 09:30:00\0'), (0x9011, 2, 7, b'+09:00\0'), (0x920a, 5, 1, ratio((838, 100))), (0xa405, 3, 1, struct.pack(order + 'H', 22))]
    length = lambda f: len(directory(order, 0, f))
    main = [(0x010f, 2, 4, b'DJI\0'), (0x0112, 3, 1, struct.pack(order + 'H', 6)), (0x8769, 4, 1, b'\0' * 4), (0x8825, 4, 1, b'\0' * 4)]
    first = 8 + length(main)
    main[2] = (0x8769, 4, 1, struct.pack(order + 'I', first))
    main[3] = (0x8825, 4, 1, struct.pack(order + 'I', first + length(exif)))
    return (b'II' if order == '<' else b'MM') + struct.pack(order + 'HI', 42, 8) + directory(order, 8, main) + directory(order, first, exif) + directory(order, first + length(exif), gps)


def jpeg(body, xmp=b''):
    part = lambda b: b'\xff\xe1' + struct.pack('>H', len(b) + 2) + b
    return b'\xff\xd8' + part(b'Exif\0\0' + body) + (part(b'http://ns.adobe.com/xap/1.0/\0' + xmp) if xmp else b'') + SOF + b'\xff\xd9'


def main():
    out = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'corpus', 'photo_meta')
    os.makedirs(out, exist_ok=True)
    xmp = b'<x:xmpmeta><rdf:RDF><rdf:Description drone-dji:GimbalYawDegree="+30.0" drone-dji:GimbalPitchDegree="-45" drone-dji:AltitudeType="RtkAlt"><Camera:Yaw>3</Camera:Yaw></rdf:Description></rdf:RDF></x:xmpmeta>'
    little, big = tiff('<'), tiff('>')
    files = {'little': jpeg(little, xmp), 'big': jpeg(big, xmp), 'cut': jpeg(little)[:90], 'xml': jpeg(big, xmp[:60]), 'plain': b'\xff\xd8' + SOF,
             'order': jpeg(b'MM' + little[2:]), 'far': jpeg(little[:4] + b'\xff' * 4 + little[8:]), 'many': jpeg(little[:8] + b'\xff\xff' + little[10:]), 'short': jpeg(little[:-60])}
    at = little.index(b'\x25\x88\x04\0') + 8
    files['circle'] = jpeg(little[:at] + b'\x08\0\0\0' + little[at + 4:])
    at = little.index(b'\x0f\x01\x02\0') + 4
    files['huge'] = jpeg(little[:at] + b'\xff' * 4 + little[at + 4:])
    for name, data in files.items():
        with open(os.path.join(out, name + '.jpg'), 'wb') as f:
            f.write(data)


main()
