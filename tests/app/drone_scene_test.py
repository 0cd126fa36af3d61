#!/usr/bin/env python3
"""scenes/drone-photos.json with what tools/scene-data makes for it: every photograph is listed, stands at its camera, and shows what that
camera sees of the city. Cameras are those of the list; angles by CIPA DCG-001; photographs are read with GDAL's programs.
usage: drone_scene_test.py TENBO SOURCE_DIR FOLDER"""
import csv, json, math, os, pathlib, re, subprocess, sys

from pictures import read_png
from program import Program

TENBO, SOURCE, DIR = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
tenbo = Program(TENBO)
check = tenbo.check
city, scenes = DIR / 'city', DIR / 'scenes'
DIR.mkdir(parents=True, exist_ok=True)
if not (city / 'demo.json').is_file():
    subprocess.run([TENBO, 'make-city', str(city), '--buildings', '200'], check=True, stdout=subprocess.DEVNULL)
subprocess.run([str(SOURCE / 'tools' / 'scene-data'), str(scenes), str(city)], check=True)
with open(scenes / 'drone-photos' / 'photos.csv', encoding='utf-8', newline='') as f:
    rows = list(csv.DictReader(f))
check(len(rows) == 8 and all((scenes / 'drone-photos' / r['file']).is_file() for r in rows), 'the list names its eight photographs')

for language in ('ja', 'en'):
    info = tenbo('info', str(scenes / 'drone-photos.json'), '--json', '--lang', language)
    flight = [l for l in info['layers'] if l['name'] == 'flight'][0]
    check(flight['kind'] == 'photos' and flight['features'] == len(rows), 'all of the list are there: %s' % flight)
    check(not flight.get('warnings') and not flight.get('error'), 'nothing is wrong with any: %s' % flight)

text = (scenes / 'drone-photos.json').read_text(encoding='utf-8')
scene = json.loads(re.sub(r'(?m)(^|\s)//.*$', '', text))
W, H = 800, 600


def seen(row, with_flight, name):
    """Through the camera of a row: the picture, and the scene that it is of."""
    upright = 2 * math.degrees(math.atan(43.26661530556787 / 2 / float(row['focal_35mm']) * 0.6))  # 4 : 3
    home = {'lon': float(row['lon']), 'lat': float(row['lat']), 'height': float(row['altitude']), 'heading': float(row['heading']), 'pitch': float(row['pitch']), 'fov': upright}
    # without the flight the ground with its painted picture alone: that is what photographs are cut from, buildings and water lie over it
    layers = [l for l in scene['layers'] if with_flight or l['name'] in ('terrain', 'imagery')]
    path = scenes / (name + '.json')
    path.write_text(json.dumps({**scene, 'home': home, 'layers': layers}), encoding='utf-8')
    picture = str(DIR / (name + '.png'))
    tenbo('render', str(path), '-o', picture, '--size', '%dx%d' % (W, H), '--no-hud')
    return blocks(picture), str(path)


def blocks(path):
    """Means of green over 10 x 10 pixels: neither the grain of a JPEG nor a pixel's shift counts."""
    w, h, lines = read_png(path)
    return [[sum(lines[y][x][1] for y in range(by, by + 10) for x in range(bx, bx + 10)) / 100 for bx in range(0, w - 9, 10)] for by in range(0, h - 9, 10)]


def alike(a, b, dx=0):
    """Pearson's correlation, b shifted to the side by so many blocks."""
    pairs = [(a[y][x], b[y][(x + dx) % len(b[0])]) for y in range(4, len(a) - 4) for x in range(4, len(a[0]) - 4)]
    ma, mb = sum(p for p, _ in pairs) / len(pairs), sum(q for _, q in pairs) / len(pairs)
    top = sum((p - ma) * (q - mb) for p, q in pairs)
    return top / math.sqrt(max(1e-9, sum((p - ma) ** 2 for p, _ in pairs) * sum((q - mb) ** 2 for _, q in pairs)))


for row in (rows[1], rows[6]):
    name = row['file'][:-4]
    png = str(DIR / (name + '_taken.png'))
    subprocess.run(['gdal_translate', '-q', '-of', 'PNG', '-outsize', str(W), str(H), '--config', 'GDAL_PAM_ENABLED', 'NO', str(scenes / 'drone-photos' / row['file']), png], check=True)
    taken = blocks(png)
    bare, _ = seen(row, False, name + '_bare')
    through, path = seen(row, True, name + '_through')
    print('%s: city %.3f (shifted %.3f), through the camera %.3f' % (name, alike(bare, taken), alike(bare, taken, 8), alike(through, taken)))
    check(alike(bare, taken) > 0.6 and alike(bare, taken) > alike(bare, taken, 8) + 0.2, 'what %s shows is what its camera sees of the city: %.3f, and %.3f beside it' % (name, alike(bare, taken), alike(bare, taken, 8)))
    check(alike(through, taken) > 0.9, 'the photograph fills the view of its camera: %.3f' % alike(through, taken))
    got = tenbo('pick', path, '--pixel', '%d,%d' % (W / 2 + 60, H / 2 + 60), '--size', '%dx%d' % (W, H), '--json')
    check(got['layer'] == 'flight' and got['feature'] == row['file'], 'picked %s' % got)
    check(got['attributes'].get('source', '').startswith('Tenbo') or 'source' in got['attributes'], 'it says who took it: %s' % got['attributes'])
    above = tenbo('pick', path.replace('_through', '_bare'), '--pixel', '%d,%d' % (W / 2 + 60, H / 2 + 60), '--size', '%dx%d' % (W, H), '--json')
    check(above['layer'] != 'flight', 'and nothing of it is there without the layer: %s' % above['layer'])
tenbo.end()
