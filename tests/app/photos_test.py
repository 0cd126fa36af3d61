#!/usr/bin/env python3
"""Photographs with their cameras from outside: what is listed, what is picked, and the picture seen through a camera.
usage: photos_test.py TENBO FOLDER"""
import json, math, os, shutil, sys

from pictures import drone_jpeg, plain_jpeg, read_png
from program import Program

TENBO, DIR = sys.argv[1], sys.argv[2]
tenbo = Program(TENBO)
check = tenbo.check


def kind(c):
    r, g, b = c
    return 'red' if r > g + 60 and r > b + 60 else 'blue' if b > g + 60 and b > r + 60 else 'green' if g > r + 60 and g > b + 60 else ''


shutil.rmtree(DIR, ignore_errors=True)
os.makedirs(DIR + '/flight')
jpeg = plain_jpeg(DIR)
lon, lat, altitude = 139.76, 35.68, 60
for name, heading, pitch in (('north.jpg', 0, 0), ('down.jpg', 90, -90), ('south.jpg', 180, -30)):
    with open(DIR + '/flight/' + name, 'wb') as f:
        f.write(drone_jpeg(jpeg, lon, lat + {'north.jpg': 0, 'down.jpg': 0.01, 'south.jpg': -0.01}[name], altitude, heading, pitch))
with open(DIR + '/flight/nowhere.jpg', 'wb') as f:
    f.write(jpeg)

info = tenbo('info', DIR + '/flight', '--json')
layer = info['layers'][0]
check(layer['kind'] == 'photos', 'a folder of photographs is one layer: %s' % layer['kind'])
check(layer['features'] == 3, 'three say where they were taken (%s); the other one is not taken for one' % layer['features'])

scene = {'vertical_datum': 'orthometric', 'layers': [{'name': 'flight', 'kind': 'photos', 'path': 'flight'}]}


def written(name, **more):
    path = os.path.join(DIR, name)
    with open(path, 'w') as f:
        json.dump({**scene, **more}, f)
    return path


# Through the camera that looks north: the picture as it was taken. 24 mm: half the diagonal is 43.2666 / 48, of which 3/5 are upright.
fov = 2 * math.degrees(math.atan(43.26661530556787 / 24 / 2 * 0.6))
through = written('through.json', home={'lon': lon, 'lat': lat, 'height': altitude, 'heading': 0, 'pitch': 0, 'fov': fov})
tenbo('render', through, '-o', DIR + '/through.png', '--size', '640x480', '--no-hud', status=3)
w, h, rows = read_png(DIR + '/through.png')
wrong = 0
for i in range(9):
    for k in range(9):
        x, y = int(w * (0.06 + 0.11 * i)), int(h * (0.06 + 0.11 * k))
        if abs(x - w / 2) < 12 or abs(y - h / 6) < 12 or i == k == 8:  # a seam, or the compass
            continue
        expected = 'green' if y < h / 6 else 'red' if x < w / 2 else 'blue'
        wrong += kind(rows[y][x]) != expected
check(wrong == 0, '%d places of the picture are not what the photograph has there' % wrong)
got = tenbo('pick', through, '--pixel', '300,300', '--size', '640x480', '--json', status=3)
check(got['feature'] == 'north.jpg', 'picked %s' % got['feature'])
check(got['attributes']['camera'] == 'DJI FC3411' and got['attributes']['date'] == '2026-04-01 09:30:00 +09:00', 'camera and date: %s' % got['attributes'])

# From the other side of its far plane, 10 m on (a quarter of the height it flew at), it is the other way round.
back = written('back.json', home={'lon': lon, 'lat': lat + 30 / 111195, 'height': altitude, 'heading': 180, 'pitch': 0, 'fov': fov})
tenbo('render', back, '-o', DIR + '/back.png', '--size', '640x480', '--no-hud', status=3)
w, h, rows = read_png(DIR + '/back.png')
check(kind(rows[h // 2][w // 2 - 40]) == 'blue' and kind(rows[h // 2][w // 2 + 40]) == 'red', 'from behind, blue is on the left: %s %s' % (rows[h // 2][w // 2 - 40], rows[h // 2][w // 2 + 40]))

# One that is damaged is named, the rest go on.
scene['layers'][0]['path'] = 'flight'
text = tenbo('render', written('named.json'), '-o', DIR + '/named.png', '--size', '64x48', status=3)
check('nowhere.jpg' in text and 'where it was taken' in text, 'the photograph without a place is named: %s' % text[-400:])
tenbo.end()
