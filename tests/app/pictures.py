"""What tests of the program make and look at: JPEGs of cameras, and the bytes of pictures that it writes."""
import struct, subprocess, zlib


def png_lines(path):
    """Bytes of a pixel, and the lines of an 8-bit RGB or RGBA PNG, unfiltered (PNG specification, section 9)."""
    with open(path, 'rb') as f:
        data = f.read()
    width, height, depth, colour = struct.unpack('>IIBB', data[16:26])
    assert depth == 8 and colour in (2, 6)
    n, at, packed = {2: 3, 6: 4}[colour], 8, b''
    while at < len(data):
        length = struct.unpack('>I', data[at:at + 4])[0]
        if data[at + 4:at + 8] == b'IDAT':
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    raw, stride, previous, lines = zlib.decompress(packed), width * n, bytearray(width * n), []
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left, up, corner = line[i - n] if i >= n else 0, previous[i], previous[i - n] if i >= n else 0
            p = left + up - corner
            paeth = min((left, up, corner), key=lambda v: abs(p - v))
            line[i] = (line[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        lines.append(bytes(line))
        previous = line
    return n, lines


def read_png(path):
    """Width, height and rows of (r, g, b)."""
    n, lines = png_lines(path)
    rows = [[tuple(line[x:x + 3]) for x in range(0, len(line), n)] for line in lines]
    return len(rows[0]), len(rows), rows


def plain_jpeg(folder, width=160, height=120):
    """Left half red, right half blue, with a green band along the top; written by GDAL."""
    ppm, jpg = folder + '/plain.ppm', folder + '/plain.jpg'
    with open(ppm, 'wb') as f:
        f.write(b'P6 %d %d 255\n' % (width, height))
        for y in range(height):
            f.write(b''.join(bytes((20, 200, 20) if y < height // 6 else (220, 20, 20) if x < width // 2 else (20, 20, 220)) for x in range(width)))
    subprocess.run(['gdal_translate', '-q', '-of', 'JPEG', '-co', 'QUALITY=95', ppm, jpg], check=True)
    with open(jpg, 'rb') as f:
        return f.read()


def drone_jpeg(jpeg, lon, lat, altitude, heading, pitch, relative=40, focal_35mm=24):
    """With EXIF and XMP as a drone writes them (CIPA DC-008, little-endian)."""
    ratio = lambda *v: b''.join(struct.pack('<II', round(x * 1000000), 1000000) for x in v)

    def directory(at, fields):
        head, rest = struct.pack('<H', len(fields)), b''
        behind = at + 2 + 12 * len(fields) + 4
        for tag, kind, count, value in fields:
            head += struct.pack('<HHI', tag, kind, count)
            if len(value) <= 4:
                head += value.ljust(4, b'\0')
            else:
                head += struct.pack('<I', behind + len(rest))
                rest += value + b'\0' * (len(value) % 2)
        return head + struct.pack('<I', 0) + rest

    def angle(v):
        d = int(v)
        m = int((v - d) * 60)
        return ratio(d, m, (v - d - m / 60) * 3600)

    gps = [(1, 2, 2, b'N\0'), (2, 5, 3, angle(lat)), (3, 2, 2, b'E\0'), (4, 5, 3, angle(lon)), (5, 1, 1, b'\0'), (6, 5, 1, ratio(altitude))]
    exif = [(0x9003, 2, 20, b'2026:04:01 09:30:00\0'), (0x9011, 2, 7, b'+09:00\0'), (0xa405, 3, 1, struct.pack('<H', focal_35mm))]
    make = b'DJI\0'
    main = [(0x010f, 2, len(make), make), (0x0110, 2, 7, b'FC3411\0'), (0x8769, 4, 1, b'\0' * 4), (0x8825, 4, 1, b'\0' * 4)]
    first = 8 + len(directory(8, main))
    second = first + len(directory(first, exif))
    main[2], main[3] = (0x8769, 4, 1, struct.pack('<I', first)), (0x8825, 4, 1, struct.pack('<I', second))
    tiff = b'II' + struct.pack('<HI', 42, 8) + directory(8, main) + directory(first, exif) + directory(second, gps)
    xmp = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" '
           'drone-dji:GimbalYawDegree="%+.2f" drone-dji:GimbalPitchDegree="%+.2f" drone-dji:GimbalRollDegree="+0.00" drone-dji:RelativeAltitude="%+.2f"/></rdf:RDF></x:xmpmeta>' % (heading, pitch, relative)).encode()
    part = lambda b: b'\xff\xe1' + struct.pack('>H', len(b) + 2) + b
    return jpeg[:2] + part(b'Exif\0\0' + tiff) + part(b'http://ns.adobe.com/xap/1.0/\0' + xmp) + jpeg[2:]
