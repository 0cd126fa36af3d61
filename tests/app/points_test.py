#!/usr/bin/env python3
"""Points from outside: counts, nearest point, what is picked, and the picture, against the table that Python reads itself.
usage: points_test.py TENBO MAKE_POINTS FOLDER"""
import csv, json, math, os, shutil, struct, subprocess, sys

from pictures import read_png
from program import Program

TENBO, MAKE, DIR = sys.argv[1], sys.argv[2], sys.argv[3]
tenbo = Program(TENBO)
check = tenbo.check


def scene(name, layer, lon, lat, height, **more):
    path = os.path.join(DIR, name)
    with open(path, 'w') as f:
        json.dump({'vertical_datum': 'orthometric', 'home': {'lon': lon, 'lat': lat, 'height': height, 'heading': 0, 'pitch': -90, 'fov': 36},
                   'layers': [layer], **more}, f)
    return path


def displacements():
    table = os.path.join(DIR, 'insar.csv')
    subprocess.run([sys.executable, MAKE, 'insar', table, '3000', '12'], check=True)
    with open(table) as f:
        rows = list(csv.DictReader(line for line in f if not line.startswith('#')))
    dates = [k for k in rows[0] if k.isdigit()]
    layer = tenbo('info', table, '--json')['layers'][0]
    check(layer['kind'] == 'points' and layer['features'] == 3000, 'kind and count: %s %s' % (layer['kind'], layer['features']))
    counts = {a['name']: a['count'] for a in layer['attributes']}
    check(counts['velocity [mm/year]'] == sum(r['velocity'] != '' for r in rows), 'velocities that are known')
    for d in dates:
        name = '%s-%s-%s [mm]' % (d[:4], d[4:6], d[6:])
        check(counts.get(name) == sum(r[d] != '' for r in rows), 'values of ' + name)
    check(abs(layer['bounds']['west'] - min(float(r['longitude']) for r in rows)) < 2e-6, 'bounds')
    check(layer['source'] == 'Tenbo (invented)', 'source')

    row = rows[1234]
    lon, lat = float(row['longitude']), float(row['latitude'])
    got = tenbo('probe', table, '--at', '%s,%s' % (lon, lat), '--json')['layers'][0]
    check(got['unit'] == 'mm/year' and abs(got['value'] - float(row['velocity'])) < 1e-4 and got['note'] == row['pid'], 'probe: %s' % got)
    unknown = rows[997]
    got = tenbo('probe', table, '--at', '%s,%s' % (unknown['longitude'], unknown['latitude']), '--json')['layers'][0]
    check(got['value'] is None and got['note'] == unknown['pid'] + ': unknown', 'an unknown velocity is no number: %s' % got)
    got = tenbo('probe', table, '--at', '138.9,34.9', '--json')['layers'][0]
    check(got['value'] is None and got['note'] == 'outside', 'far from all: %s' % got)

    near = scene('near.json', {'name': 'insar', 'kind': 'points', 'path': 'insar.csv'}, lon, lat, 60)
    got = tenbo('pick', near, '--pixel', '320,240', '--size', '640x480', '--json')
    check(got['feature'] == row['pid'], 'picked %s, expected %s' % (got['feature'], row['pid']))
    if got['feature'] == row['pid']:
        a = got['attributes']
        check(abs(a['velocity [mm/year]'] - float(row['velocity'])) < 1e-4, 'velocity of the pick')
        largest = max(abs(float(row[d])) for d in dates if row[d])
        for d in dates:
            name = '%s-%s-%s [mm]' % (d[:4], d[4:6], d[6:])
            check((a[name] is None) == (row[d] == '') and (row[d] == '' or abs(a[name] - float(row[d])) <= largest / 65534 + 0.006), name)
        check(a['reference'] == 'the mean of all points on 2019-01-05' and a['orbit'] == 'descending', 'reference and orbit')
        check(abs(got['position']['lon'] - lon) * 111320 * math.cos(math.radians(lat)) < 1 and abs(got['position']['lat'] - lat) * 111195 < 1, 'within a metre')

    # By displacement: that of the last date that is not after the scene's time, in its class's colour.
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../assets/palettes/insar-displacement.json')) as f:
        palette = json.load(f)
    colour_of = lambda mm: palette['unknown'] if mm is None else [s['colour'] for s in palette['stops'] if mm >= s['from']][-1]
    value = lambda r, d: float(r[d]) if r[d] else None
    clear = lambda r, d: r[d] and min(abs(float(r[d]) - s['from']) for s in palette['stops']) > 0.5  # of the steps that displacements are kept in
    moving = next(r for r in rows if clear(r, dates[2]) and clear(r, dates[-1]) and colour_of(value(r, dates[2])) != colour_of(value(r, dates[-1])))
    lon_m, lat_m = float(moving['longitude']), float(moving['latitude'])
    dated = scene('dated.json', {'name': 'insar', 'kind': 'points', 'path': 'insar.csv', 'style': {'attribute': 'displacement', 'point_size': 9}}, lon_m, lat_m, 40)
    day = lambda d: '%s-%s-%s' % (d[:4], d[4:6], d[6:])
    for d, time in ((dates[2], day(dates[2]) + 'T00:00:00Z'), (dates[2], day(dates[2]) + 'T23:00:00Z'), (dates[-1], '2100-01-01T00:00:00Z'), (None, '1990-01-01T00:00:00Z')):
        got = tenbo('probe', dated, '--at', '%s,%s' % (lon_m, lat_m), '--time', time, '--json')['layers'][0]
        expected = value(moving, d) if d else None
        check(got['unit'] == 'mm' and (got['value'] is None if expected is None else abs(got['value'] - expected) < 0.01), 'displacement at %s: %s, expected %s' % (time, got, expected))
        tenbo('render', dated, '-o', DIR + '/dated.png', '--size', '320x240', '--no-hud', '--time', time)
        w, h, pixels = read_png(DIR + '/dated.png')
        seen = '#%02x%02x%02x' % pixels[h // 2][w // 2]
        check(seen == colour_of(expected), 'its colour at %s: %s, expected %s' % (time, seen, colour_of(expected)))

    # A filter takes away what fails it, and what is unknown.
    v = float(row['velocity'])
    for filter_, there in (('velocity >= %f' % (v - 0.01), True), ('velocity >= %f' % (v + 0.01), False)):
        path = scene('filter.json', {'name': 'insar', 'kind': 'points', 'path': 'insar.csv', 'style': {'filter': filter_}}, lon, lat, 60)
        got = tenbo('pick', path, '--pixel', '320,240', '--size', '640x480', '--json')
        check((got['feature'] == row['pid']) == there, '%s: %s' % (filter_, got['feature']))


def cloud():
    las = os.path.join(DIR, 'levee.las')
    subprocess.run([sys.executable, MAKE, 'las', las, '20000'], check=True)
    with open(las, 'rb') as f:
        data = f.read()
    first, count = struct.unpack_from('<I', data, 96)[0], struct.unpack_from('<I', data, 107)[0]
    layer = tenbo('info', las, '--json')['layers'][0]
    heights = [struct.unpack_from('<i', data, first + 26 * i + 8)[0] * 0.01 for i in range(count)]
    check(layer['kind'] == 'points' and layer['features'] == count and layer['crs'] == 'EPSG:32654', 'cloud: %s' % layer['features'])
    check(abs(layer['bounds']['min_height'] - min(heights)) < 0.005 and abs(layer['bounds']['max_height'] - max(heights)) < 0.005, 'heights')
    cut = os.path.join(DIR, 'cut.las')
    with open(cut, 'wb') as f:
        f.write(data[:first + 26 * 100 + 3])
    layer = tenbo('info', cut, '--json', status=3)['layers'][0]
    check(any('ends after 100' in e for e in layer['errors']), 'a file that was cut off says so: %s' % layer['errors'])
    packed = os.path.join(DIR, 'packed.laz')
    with open(packed, 'wb') as f:
        f.write(data[:104] + bytes([data[104] | 0x80]) + data[105:])
    r = subprocess.run([TENBO, 'info', packed, '--json'], capture_output=True, text=True, timeout=300)
    check(r.returncode > 0 and ('LAZ' in r.stdout or 'unpacked' in r.stdout), 'what is no LAZ is refused, and nothing crashes: %d' % r.returncode)


shutil.rmtree(DIR, ignore_errors=True)
os.makedirs(DIR)
displacements()
cloud()
tenbo.end()
