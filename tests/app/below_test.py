#!/usr/bin/env python3
"""What lies below the ground, in pictures: terrain that one sees through, the camera below it, and the section plane. A borehole in a
colour that nothing else has stands under a flat DEM; what counts is whether that colour is seen.
usage: below_test.py TENBO FOLDER"""
import json, os, shutil, subprocess, sys

from pictures import read_png
from program import Program

TENBO, DIR = sys.argv[1], sys.argv[2]
LON, LAT, GROUND = 139.76, 35.68, 30
METRE = 1 / 111195  # degrees of latitude
tenbo = Program(TENBO)
check = tenbo.check


def scene(name, home, opacity=1.0, **more):
    with open(os.path.join(DIR, name + '.json'), 'w') as f:
        json.dump({'vertical_datum': 'orthometric', 'home': {'fov': 36, 'heading': 0, 'lon': LON, **home},
                   'layers': [{'name': 'dem', 'kind': 'terrain', 'path': 'dem.tif', 'opacity': opacity},
                              {'name': 'holes', 'kind': 'boreholes', 'path': 'holes.csv', 'style': {'colour': '#ff00ff', 'label_attribute': 'none'}}], **more}, f)
    return os.path.join(DIR, name + '.json')


def magenta(name, *args, **more):
    """Pixels that are more red and more blue than green: by `least`, of 255."""
    least = more.pop('least', 40)
    path = scene(name, *args, **more)
    tenbo('render', path, '-o', path[:-4] + 'png', '--size', '320x240', '--no-hud')
    w, h, rows = read_png(path[:-4] + 'png')
    return sum(r > g + least and b > g + least for row in rows for r, g, b in row)


shutil.rmtree(DIR, ignore_errors=True)
os.makedirs(DIR)
with open(DIR + '/dem.asc', 'w') as f:
    f.write('ncols 200\nnrows 200\nxllcorner %f\nyllcorner %f\ncellsize 0.0001\nNODATA_value -9999\n' % (LON - 0.01, LAT - 0.01) + ('%d ' % GROUND * 200 + '\n') * 200)
subprocess.run(['gdal_translate', '-q', '-a_srs', 'EPSG:6668', '-ot', 'Float32', DIR + '/dem.asc', DIR + '/dem.tif'], check=True)
with open(DIR + '/holes.csv', 'w') as f:
    f.write('name,lon,lat,ground,from,to,soil\n' + 'B1,%f,%f,%d,0,20,sand\n' % (LON, LAT, GROUND))

above = {'lat': LAT - 40 * METRE, 'height': GROUND + 15, 'pitch': -35}
hidden, through = magenta('opaque', above), magenta('through', above, opacity=0.5, least=15)
check(hidden < 120, 'opaque ground hides what is below: %d px' % hidden)  # all but its mouth
check(through > hidden + 100, 'half transparent ground shows it: %d px' % through)

below = {'lat': LAT - 15 * METRE, 'height': GROUND - 10, 'pitch': 0}
under = magenta('under', below, opacity=0.5)
check(under > 1000, 'the camera below the ground sees the hole beside it: %d px' % under)

# The plane upright, looking north, 3 m south of the hole: the ground before it is gone.
south = {'lon': LON, 'lat': LAT - 3 * METRE, 'azimuth': 0}
north = {'lon': LON, 'lat': LAT + 3 * METRE, 'azimuth': 0}
cut = magenta('section', above, section=south)
check(cut > hidden + 300, 'what lies before the plane is cut away: %d px' % cut)
gone = magenta('gone', above, section=north)
check(gone == 0, 'the hole before the plane is cut away, too: %d px' % gone)
kept = magenta('kept', above, section={**north, 'keep': ['holes']})
check(kept > 300, 'it stays where the scene says so: %d px' % kept)
from_behind = magenta('turned', above, section={**south, 'azimuth': 180})
check(from_behind == 0, 'a plane that looks south keeps what is south of it: %d px' % from_behind)

# Level, 5 m below the ground: from straight above one sees the column where it is cut.
overhead = {'lat': LAT, 'height': GROUND + 30, 'pitch': -90}
check(magenta('level', overhead, section={'lon': LON, 'lat': LAT, 'height': GROUND - 5}) > 20, 'the column is seen from above')
check(magenta('level_below', overhead, section={'lon': LON, 'lat': LAT, 'height': GROUND - 25}) == 0, 'a plane below it leaves none of it')

# What is cut away is not picked either; what stands behind the cut is.
path = scene('pick', {**below, 'lat': LAT - 15 * METRE}, section=south)
got = tenbo('pick', path, '--pixel', '160,120', '--size', '320x240', '--json')
check(got['layer'] == 'holes', 'picked %s' % got['layer'])
path = scene('pick_gone', {**below, 'lat': LAT - 15 * METRE}, section=north)
got = tenbo('pick', path, '--pixel', '160,120', '--size', '320x240', '--json')
check(not got or got.get('layer') != 'holes', 'picked what is cut away')

for bad, words in (({'lon': LON, 'lat': LAT}, 'azimuth'), ({'lon': LON, 'lat': LAT, 'azimuth': 0, 'height': 1}, 'azimuth'), ({'lat': LAT, 'azimuth': 0}, 'lon'),
                   ({**south, 'keep': ['hole']}, 'holes')):
    text = tenbo('render', scene('bad', above, section=bad), '-o', DIR + '/bad.png', '--size', '64x48', status=1)
    check(words in text and '$.section' in text, 'a wrong section is named: %s' % text[-300:])
tenbo.end()
