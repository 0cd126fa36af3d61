#!/usr/bin/env python3
"""tenbo bake from outside: the tiles against the source files and the specifications, the same bytes however they are made.

The tiles are read by tiles_check.py, which shares no code with the program; the sources by the XML parser here.

usage: bake_test.py TENBO SCRATCH
"""
import hashlib
import itertools
import json
import math
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ET

import tiles_check
from tiles_check import all_tiles, ecef, leaves, read_tileset

TENBO = pathlib.Path(sys.argv[1]).resolve()
SCRATCH = pathlib.Path(sys.argv[2]).resolve()
BUILDINGS = 3000
NS = {"gml": "http://www.opengis.net/gml", "bldg": "http://www.opengis.net/citygml/building/2.0", "core": "http://www.opengis.net/citygml/2.0"}
GML = "{http://www.opengis.net/gml}"


def tenbo(*args, status=0):
    done = subprocess.run([str(TENBO), *map(str, args)], capture_output=True, text=True, timeout=600)
    if status is not None and done.returncode != status:
        raise AssertionError(f"tenbo {' '.join(map(str, args))}: status {done.returncode}, expected {status}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


def fresh(name):
    path = SCRATCH / name
    shutil.rmtree(path, ignore_errors=True)
    return path


def digest(folder):
    """Every file of a folder by its bytes."""
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def rings(polygon):
    out = []
    for ring in polygon.iter(GML + "LinearRing"):
        v = [float(x) for x in ring.find(GML + "posList").text.split()]
        out.append([ecef(math.radians(v[i + 1]), math.radians(v[i]), v[i + 2]) for i in range(0, len(v) - 3, 3)])
    return out


def cross(a, b):
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def area_of(polygon):
    """Newell's area of a flat polygon: the outer ring's less the holes'."""
    total = 0
    for i, ring in enumerate(rings(polygon)):
        o, n = ring[0], [0, 0, 0]
        for a, b in zip(ring, ring[1:] + ring[:1]):
            c = cross([a[k] - o[k] for k in range(3)], [b[k] - o[k] for k in range(3)])
            n = [n[k] + c[k] / 2 for k in range(3)]
        total += math.hypot(*n) * (1 if i == 0 else -1)
    return total


def triangle_area(t):
    return math.hypot(*cross([t[1][k] - t[0][k] for k in range(3)], [t[2][k] - t[0][k] for k in range(3)])) / 2


def source_buildings(folder):
    """id -> (height, vertices in ECEF, area) of each building's best level of detail."""
    out = {}
    for path in sorted(folder.glob("*.gml")):
        root = ET.parse(path).getroot()
        for b in root.iter("{http://www.opengis.net/citygml/building/2.0}Building"):
            best = None
            for lod in ("lod2", "lod1", "lod0"):
                polygons = [p for e in b.iter() if e.tag.split("}")[1].startswith(lod) for p in e.iter(GML + "Polygon")]
                if polygons:
                    best = polygons
                    break
            h = b.find("bldg:measuredHeight", NS)
            vertices = [v for p in best for r in rings(p) for v in r]
            out[b.get(GML + "id")] = (float(h.text), vertices, sum(area_of(p) for p in best))
    return out


def nearest(point, vertices):
    return math.sqrt(min((point[0] - v[0]) ** 2 + (point[1] - v[1]) ** 2 + (point[2] - v[2]) ** 2 for v in vertices))


def to_triangle(p, t):
    """Distance of a point to a triangle (Ericson, Real-Time Collision Detection, 5.1.5)."""
    sub = lambda u, v: (u[0] - v[0], u[1] - v[1], u[2] - v[2])
    dot = lambda u, v: u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
    a, b, c = t
    ab, ac, ap = sub(b, a), sub(c, a), sub(p, a)
    d1, d2 = dot(ab, ap), dot(ac, ap)
    if d1 <= 0 and d2 <= 0:
        return math.hypot(*ap)
    bp = sub(p, b)
    d3, d4 = dot(ab, bp), dot(ac, bp)
    if d3 >= 0 and d4 <= d3:
        return math.hypot(*bp)
    vc = d1 * d4 - d3 * d2
    if vc <= 0 <= d1 and d3 <= 0:
        k = d1 / (d1 - d3)
        return math.hypot(*(ap[i] - k * ab[i] for i in range(3)))
    cp = sub(p, c)
    d5, d6 = dot(ab, cp), dot(ac, cp)
    if d6 >= 0 and d5 <= d6:
        return math.hypot(*cp)
    vb = d5 * d2 - d1 * d6
    if vb <= 0 <= d2 and d6 <= 0:
        k = d2 / (d2 - d6)
        return math.hypot(*(ap[i] - k * ac[i] for i in range(3)))
    va = d3 * d6 - d5 * d4
    if va <= 0 and d4 - d3 >= 0 and d5 - d6 >= 0:
        k = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        return math.hypot(*(bp[i] - k * (c[i] - b[i]) for i in range(3)))
    n = cross(ab, ac)
    return abs(dot(n, ap)) / math.hypot(*n)


class Bake(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        cls.city = SCRATCH / f"city{BUILDINGS}"
        if not (cls.city / "udx").exists():
            tenbo("make-city", cls.city, "--buildings", BUILDINGS)
        cls.bldg = cls.city / "udx" / "bldg"
        cls.out = fresh("plain")
        cls.told = tenbo("bake", cls.bldg, "-o", cls.out)
        cls.root = read_tileset(cls.out)  # checks the rules as it reads
        cls.source = source_buildings(cls.bldg)

    def test_every_building_with_every_triangle_where_it_was(self):
        info = json.loads(tenbo("info", self.bldg, "--json").stdout)["layers"][0]
        area, count, worst = {}, {}, 0
        ids = []
        triangles = 0
        for tile in leaves(self.root):
            ids += tile.columns["id"]
            triangles += len(tile.triangles)
            for corners, row in tile.triangles:
                building = tile.columns["id"][row]
                area[building] = area.get(building, 0) + triangle_area(corners)
                for p in corners:
                    worst = max(worst, nearest(p, self.source[building][1]))
        self.assertEqual(sorted(ids), sorted(self.source))
        self.assertEqual(len(ids), info["features"])
        self.assertEqual(triangles, info["triangles"])
        self.assertLess(worst, 0.01, "a vertex of a tile is further than 1 cm from every vertex of its building")
        for building, (_, _, expected) in self.source.items():
            self.assertAlmostEqual(area[building], expected, delta=max(0.2, 0.004 * expected), msg=building)

    def test_faces_with_one_side_enclose_their_buildings(self):
        """The area vectors of a closed surface add up to nothing, and its volume is positive; the buildings are closed."""
        for tile in leaves(self.root):
            vectors, volumes, areas = {}, {}, {}
            origin = tile.triangles[0][0][0]
            for corners, row in tile.one_sided:
                a, b, c = [tuple(p[k] - origin[k] for k in range(3)) for p in corners]
                v = cross(tuple(b[k] - a[k] for k in range(3)), tuple(c[k] - a[k] for k in range(3)))
                vectors[row] = tuple(s + t for s, t in zip(vectors.get(row, (0, 0, 0)), v))
                volumes[row] = volumes.get(row, 0) + sum(a[k] * v[k] for k in range(3)) / 6
                areas[row] = areas.get(row, 0) + math.hypot(*v)
            self.assertGreater(len(vectors), 0.9 * tile.rows)
            for row, v in vectors.items():
                self.assertLess(math.hypot(*v), 0.01 * areas[row], tile.columns["id"][row])
                self.assertGreater(volumes[row], 0, tile.columns["id"][row])

    def test_light_is_baked_at_every_level(self):
        for tile in all_tiles(self.root):
            sky, sun = [v[0] for v in tile.light], [v[1] for v in tile.light]
            self.assertGreaterEqual(min(sky), 100)  # nowhere is it night
            self.assertGreater(max(sky) - min(sky), 40)
            self.assertEqual(max(sun), 255)
            self.assertLess(min(sun), 64)

    def test_attributes_come_along_at_every_level(self):
        heights = {}
        for tile in all_tiles(self.root):
            names = tile.columns["id"]
            self.assertEqual(set(tile.columns["class"]), {"bldg:Building"})
            for building, height, usage in zip(names, tile.columns["bldg:measuredHeight"], tile.columns["bldg:usage"]):
                self.assertEqual(height, self.source[building][0])
                self.assertTrue(usage)
                heights[building] = height
        self.assertEqual(len(heights), len(self.source))
        types = {a["name"]: a["count"] for a in json.loads(tenbo("info", self.bldg, "--json").stdout)["layers"][0]["attributes"]}
        for name, count in types.items():
            found = sum(v is not None for t in leaves(self.root) for v in t.columns.get(name, []))
            self.assertEqual(found, count, name)

    def test_coarse_tiles_are_coarser_and_as_near_as_they_say(self):
        """Points of the source tiles below, against the triangles of the tile above, and the other way round."""
        pick = random.Random(5)
        parents = [t for t in all_tiles(self.root) if t.children]
        self.assertTrue(parents)
        for tile in parents:
            below = [t for leaf in leaves(tile) for t in leaf.triangles]
            self.assertGreater(tile.error, 0)
            self.assertTrue(set(tile.columns["id"]) <= {i for leaf in leaves(tile) for i in leaf.columns["id"]})
            self.assertLess(len(tile.triangles), max(40_000, len(below)))
            for points, surface, what in ((below, tile.triangles, "source"), (tile.triangles, below, "tile")):
                # one sample in the middle of a triangle and one corner; ground faces are seen by nobody and left out above
                for corners, _ in pick.sample(points, 40):
                    up = [sum(p[k] for p in corners) for k in range(3)]
                    normal = cross([corners[1][k] - corners[0][k] for k in range(3)], [corners[2][k] - corners[0][k] for k in range(3)])
                    if sum(a * b for a, b in zip(up, normal)) < -0.9 * math.hypot(*up) * math.hypot(*normal):
                        continue
                    for p in (corners[0], tuple(sum(c[k] for c in corners) / 3 for k in range(3))):
                        reach = tile.error + 60
                        near = (t for t, _ in surface if abs(t[0][0] - p[0]) < reach and abs(t[0][1] - p[1]) < reach and abs(t[0][2] - p[2]) < reach)
                        distance = min((to_triangle(p, t) for t in near), default=math.inf)
                        self.assertLessEqual(distance, tile.error + 0.1, f"{tile.json['content']['uri']}: {what} at {p}")

    def test_same_bytes_whatever_the_number_of_jobs(self):
        expected = digest(self.out)
        for jobs in (1, 5):
            out = fresh(f"jobs{jobs}")
            tenbo("bake", self.bldg, "-o", out, "--jobs", jobs)
            self.assertEqual(digest(out), expected)

    def test_parts_merge_to_the_same_bytes(self):
        parts = [fresh(f"part{k}") for k in (1, 2, 3)]
        for k, part in enumerate(parts, 1):
            tenbo("bake", self.bldg, "-o", part, "--part", f"{k}/3")
            self.assertFalse((part / "tileset.json").exists())
        out = fresh("merged")
        tenbo("bake", "--merge", parts[2], parts[0], parts[1], "-o", out)
        self.assertEqual(digest(out), digest(self.out))
        for some, word in (((parts[0], parts[1]), "2 of 3"), ((parts[0], parts[1], parts[1]), "twice"), ((parts[1], parts[2], parts[2]), "missing"), ((self.out,), "no part")):
            self.assertIn(word, tenbo("bake", "--merge", *some, "-o", fresh("refused"), status=1).stderr)
        for path in (parts[1] / ".tenbo-bake" / "read").rglob("*"):
            if path.is_file():
                data = bytearray(path.read_bytes())
                data[len(data) // 2] ^= 1
                path.write_bytes(data)
        for path in (parts[1] / ".tenbo-bake" / "blocks").rglob("*"):
            if path.is_file():
                path.unlink()
        self.assertIn("damaged", tenbo("bake", "--merge", *parts, "-o", fresh("refused"), status=1).stderr)

    def test_killed_at_any_instant_it_goes_on_to_the_same_bytes(self):
        expected = digest(self.out)
        pick = random.Random(11)
        begun = time.monotonic()
        tenbo("bake", self.bldg, "-o", fresh("timed"), "--jobs", 2)
        whole = time.monotonic() - begun
        interrupted = 0
        for run in range(6):
            out = fresh("killed")
            for attempt in itertools.count():
                child = subprocess.Popen([str(TENBO), "bake", str(self.bldg), "-o", str(out), "--jobs", "2", "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                try:
                    _, told = child.communicate(timeout=pick.uniform(0, whole) if attempt < 3 else 300)
                    self.assertEqual(child.returncode, 0, told)
                    break
                except subprocess.TimeoutExpired:
                    child.send_signal(signal.SIGKILL)
                    child.communicate()
                    interrupted += 1
                    self.assertTrue(not (out / "tileset.json").exists() or (out / ".tenbo-bake").exists() or digest(out) == expected)
            self.assertEqual(digest(out), expected)
        self.assertGreater(interrupted, 0)

    def test_what_is_said_to_be_done_outlives_a_power_cut(self):
        """A bake into a file system of its own, in a file; the file as it stands when the bake ends is what the disk holds."""
        place = fresh("cut")
        place.mkdir()
        script = """set -e
          truncate -s 256M disk; mkfs.ext4 -q disk; mkdir before after
          mount -o loop disk before || exit 77
          "$@" -o before/out >/dev/null 2>&1
          cp --sparse=always disk cut
          mount -o loop cut after
          cp -r after/out out"""
        for more in ([], ["--part", "1/1"]):
            for leftover in place.iterdir():
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            done = subprocess.run(["unshare", "--mount", "bash", "-c", script, "-", str(TENBO), "bake", str(self.bldg), *more], cwd=place, capture_output=True, text=True)
            if done.returncode in (77, 127) or "unshare" in done.stderr:
                self.skipTest(f"no file system can be mounted here: {done.stderr.strip()}")
            self.assertEqual(done.returncode, 0, done.stderr)
            if more:
                tenbo("bake", "--merge", place / "out", "-o", place / "merged")
            else:
                shutil.rmtree(place / "out" / ".tenbo-bake", ignore_errors=True)  # its removal need not have reached the disk
            self.assertEqual(digest(place / ("merged" if more else "out")), digest(self.out))
        shutil.rmtree(place)

    def test_damaged_work_is_made_anew(self):
        part = fresh("damaged")
        tenbo("bake", self.bldg, "-o", part, "--part", "1/1")
        run = part / ".tenbo-bake" / "run"
        tile = sorted(part.rglob("*.glb"))[0]
        whole = tile.read_bytes()
        tile.write_bytes(whole[:-4] + b"\0\0\0\1")
        # as a killed run left it: not finished
        data = bytearray(run.read_bytes())
        run.unlink()
        self.assertNotEqual(data, b"")
        tenbo("bake", self.bldg, "-o", part, "--part", "1/1", "--resume")
        self.assertEqual(tile.read_bytes(), whole)

    def test_textures_and_every_theme(self):
        out = fresh("all")
        done = tenbo("bake", self.city, "-o", out)
        self.assertNotIn("\r", done.stderr)
        root = read_tileset(out)
        classes = {c for t in leaves(root) for c in t.columns["class"]}
        self.assertLessEqual({"bldg:Building", "brid:Bridge", "tran:Road", "wtr:WaterBody"}, classes)
        self.assertTrue(any(b"image/png" in p.read_bytes()[:200_000] for p in out.rglob("*.glb")))

    def test_pictures_as_webp(self):
        """Smaller, the same bytes in parts, and what shows is what the source's pictures show."""
        buildings = self.city / "udx" / "bldg"
        plain, webp, parts = fresh("plain"), fresh("webp"), [fresh("webp1"), fresh("webp2")]
        tenbo("bake", buildings, "-o", plain)
        tenbo("bake", buildings, "-o", webp, "--webp", "80", "--jobs", "1")
        files = sorted(webp.rglob("*.glb"))
        self.assertTrue(any(b"image/webp" in p.read_bytes() for p in files))
        self.assertLess(sum(p.stat().st_size for p in files), sum(p.stat().st_size for p in plain.rglob("*.glb")))
        self.assertEqual({c for t in leaves(read_tileset(webp)) for c in t.columns["id"]}, {c for t in leaves(read_tileset(plain)) for c in t.columns["id"]})
        for k, part in enumerate(parts, 1):
            tenbo("bake", buildings, "-o", part, "--webp", "80", "--part", f"{k}/2")
        merged = fresh("webp_merged")
        tenbo("bake", "--merge", *parts, "-o", merged)
        self.assertEqual(digest(merged), digest(webp))

    def test_footprints_stand_up_by_their_height(self):
        """25,000 squares on a grid, so that the layer is read in more than one piece; volumes and places by the formula."""
        lines, expected = [], {}
        for i in range(25_000):
            lon, lat, h = 138.0 + (i % 250) * 4e-4, 35.0 + (i // 250) * 4e-4, 3 + i % 40
            ring = [[lon, lat], [lon + 2e-4, lat], [lon + 2e-4, lat + 1e-4], [lon, lat + 1e-4], [lon, lat]]
            lines.append(json.dumps({"type": "Feature", "properties": {"name": f"家{i}", "height": h}, "geometry": {"type": "Polygon", "coordinates": [ring]}}, ensure_ascii=False))
            expected[f"家{i}"] = (lon, lat, h)
        source = SCRATCH / "prints.geojsonl"
        source.write_text("\n".join(lines), encoding="utf-8")
        seen = {}
        for kind, name in (("FlatGeobuf", "prints.fgb"), ("GPKG", "prints.gpkg")):
            path = SCRATCH / name
            path.unlink(missing_ok=True)
            subprocess.run(["ogr2ogr", "-f", kind, str(path), str(source), "-nln", "houses"], check=True, capture_output=True)
            out = fresh(f"from_{path.suffix[1:]}")
            tenbo("bake", path, "-o", out, "--jobs", 3)
            whole = digest(out)
            parts = [fresh(f"prints{k}") for k in (1, 2)]
            for k, part in enumerate(parts, 1):
                tenbo("bake", path, "-o", part, "--part", f"{k}/2", "--jobs", 1)
            tenbo("bake", "--merge", *parts, "-o", fresh("prints_merged"))
            self.assertEqual(digest(SCRATCH / "prints_merged"), whole)
            seen[kind] = out
        root = read_tileset(seen["FlatGeobuf"])
        names = []
        for tile in leaves(root):
            names += tile.columns["name"]
            corners = {}
            for t, row in tile.triangles:
                corners.setdefault(row, []).extend(t)
            for row in list(corners)[::50]:
                lon, lat, h = expected[tile.columns["name"][row]]
                ideal = [ecef(math.radians(lon + dx), math.radians(lat + dy), z) for dx in (0, 2e-4) for dy in (0, 1e-4) for z in (0, h)]
                self.assertLess(max(nearest(c, ideal) for c in corners[row]), 0.01)
                self.assertLess(max(nearest(c, corners[row]) for c in ideal), 0.01)
        self.assertEqual(sorted(names), sorted(expected))

    def test_what_is_kilometres_wide_follows_the_curve_of_the_earth(self):
        """A lake, a roof and a plate at its own height, 30 km by 20 km: on a chord of 36 km its middle would be 25 m too low (l^2 / 8R)."""
        west, south, east, north = 138.0, 35.0, 138.33, 35.18
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        hole = [[138.1, 35.05], [138.1, 35.1], [138.2, 35.1], [138.2, 35.05], [138.1, 35.05]]
        above = lambda rings, h: [[[*p, h] for p in r] for r in rings]
        for name, properties, coordinates, low, high in (("lake", {}, [ring, hole], 0.3, 0.3), ("roof", {"height": 40}, [ring, hole], 0, 40), ("plate", {}, above([ring], 100), 100, 100)):
            source = SCRATCH / f"{name}.geojson"
            source.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": coordinates}}]}))
            out = fresh("wide")
            tenbo("bake", source, "-o", out)
            root = read_tileset(out)
            lowest, highest, edges = math.inf, -math.inf, {}
            for tile in all_tiles(root):
                for t, _ in tile.triangles:
                    inside = [tuple(sum(w * v[k] for w, v in zip(weights, t)) for k in range(3)) for weights in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (.5, .5, 0), (0, .5, .5), (.5, 0, .5), (1 / 3, 1 / 3, 1 / 3))]
                    heights = [tiles_check.geodetic(*p)[2] for p in inside]
                    self.assertGreaterEqual(min(heights), tile.region[4], name)
                    self.assertLessEqual(max(heights), tile.region[5], name)
                    if tile.children:
                        continue
                    lowest, highest = min(lowest, *heights), max(highest, *heights)
                    if abs(heights[0] - heights[1]) < 1 > abs(heights[1] - heights[2]):  # level: it does not sink
                        self.assertGreater(min(heights), heights[0] - 0.03, name)
                    for a, b in zip(t, t[1:] + t[:1]):
                        key = tuple(sorted(tuple(round(c, 3) for c in v) for v in (a, b)))
                        edges[key] = edges.get(key, 0) + 1
            self.assertAlmostEqual(lowest, low, delta=0.04)
            self.assertAlmostEqual(highest, high, delta=0.01)
            if name == "roof":  # walls meet the roof at its own points: the rims of the foot alone belong to one triangle
                lone = [e for e, n in edges.items() if n == 1]
                self.assertTrue(lone)
                self.assertLess(max(abs(tiles_check.geodetic(*v)[2]) for e in lone for v in e), 0.2)

    def test_lists_come_along_as_json(self):
        source = SCRATCH / "lists.geojson"
        ring = [[138, 35], [138.0002, 35], [138.0002, 35.0001], [138, 35.0001], [138, 35]]
        source.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"years": [1964, 2011], "names": ["a", "橋"]}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
        out = fresh("lists")
        tenbo("bake", source, "-o", out)
        for tile in leaves(read_tileset(out)):
            self.assertEqual({n: [json.loads(v) for v in tile.columns[n]] for n in ("years", "names")}, {"years": [[1964, 2011]], "names": [["a", "橋"]]})
        picked = tenbo("pick", out, "--camera", "138.0001,35.00005,100,0,-90", "--pixel", "960,540", "--json").stdout
        from_source = tenbo("pick", source, "--camera", "138.0001,35.00005,100,0,-90", "--pixel", "960,540", "--json").stdout
        for told in (picked, from_source):
            self.assertIn("[ 1964, 2011 ]", told)

    def test_a_height_that_is_none_is_refused(self):
        """The attributes are those that ogrinfo names."""
        ring = [[138, 35], [138.0002, 35], [138.0002, 35.0001], [138, 35.0001], [138, 35]]
        paths = []
        for name, properties in (("tall", {"stories": 3, "高さ": 12.5, "empty": None}), ("low", {"stories": 2})):
            source = SCRATCH / f"{name}.geojson"
            source.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
            paths.append(SCRATCH / f"{name}.gpkg")
            paths[-1].unlink(missing_ok=True)
            subprocess.run(["ogr2ogr", "-f", "GPKG", str(paths[-1]), str(source)], check=True, capture_output=True)
        tall, low = paths
        listed = subprocess.run(["ogrinfo", "-so", "-al", str(tall)], check=True, capture_output=True, text=True).stdout
        for attribute in ("stories", "高さ", "empty"):
            self.assertIn(f"{attribute}: ", listed)
        said = tenbo("bake", tall, "-o", fresh("no"), "--height", "storeys", status=2).stderr
        for word in ("storeys", "stories, 高さ, empty", 'did you mean "stories"', "tall.gpkg", "--height"):
            self.assertIn(word, said)
        self.assertFalse((SCRATCH / "no").exists())
        for inputs, more in (((tall,), ""), ((tall, low), "low.gpkg")):  # one of two has it: the other one lies flat, and that is said
            out = fresh("by_height")
            self.assertIn(more, tenbo("bake", *inputs, "-o", out, "--height", "高さ").stderr)
            self.assertAlmostEqual(read_tileset(out).region[5], 12.5, delta=0.1)
        self.assertIn("no input has footprints", tenbo("bake", min(self.bldg.glob("*.gml"), key=lambda p: p.stat().st_size), "-o", fresh("by_height"), "--height", "h").stderr)

    def test_what_has_no_surface_is_in_the_leaves_alone(self):
        """Lines far from everything, and texts that are all empty: no tile of nothing, no view of no bytes."""
        features = [{"type": "Feature", "properties": {"name": "", "lanes": i}, "geometry": {"type": "LineString", "coordinates": [[138 + i / 10, 35], [138 + i / 10, 35.01]]}} for i in range(9)]
        for more in ([], [{"type": "Feature", "properties": {"name": "", "lanes": None}, "geometry": {"type": "Polygon", "coordinates": [[[139, 35.5], [139.01, 35.5], [139, 35.51], [139, 35.5]]]}}]):
            source = SCRATCH / "lines.geojson"
            source.write_text(json.dumps({"type": "FeatureCollection", "features": features + more}))
            out = fresh("lines")
            tenbo("bake", source, "-o", out)
            root = read_tileset(out)
            self.assertEqual(sorted(n for t in leaves(root) for n in t.columns.get("lanes", []) if n is not None), list(range(9)))
            self.assertEqual({n for t in leaves(root) for n in t.columns["name"]}, {""})
            above = [t for t in all_tiles(root) if t.children]
            self.assertTrue(above)
            self.assertEqual(sum(t.rows for t in above if len(t.children) > 1) > 0, bool(more))

    def test_what_cannot_be_done_is_refused(self):
        self.assertIn("not empty", tenbo("bake", self.bldg, "-o", self.out, status=2).stderr)
        self.assertIn("finished already", tenbo("bake", self.bldg, "-o", self.out, "--resume").stderr)
        self.assertIn("no .gml", tenbo("bake", fresh("nothing_here") if (SCRATCH / "void").mkdir(exist_ok=True) else SCRATCH / "void", "-o", fresh("no"), status=1).stderr)
        tenbo("bake", SCRATCH / "absent", "-o", fresh("no"), status=1)
        self.assertIn("imagery", tenbo("bake", self.city / "imagery.tif", "-o", fresh("no"), status=1).stderr)
        for part in ("0/3", "4/3", "1", "1/3x", "-1/3"):
            tenbo("bake", self.bldg, "-o", fresh("no"), f"--part={part}", status=2)
        tenbo("bake", "-o", fresh("no"), status=2)
        tenbo("bake", self.bldg, "--merge", self.out, "-o", fresh("no"), status=2)
        self.assertFalse((SCRATCH / "no").exists())
        other = fresh("other")
        tenbo("bake", self.bldg, "-o", other, "--part", "1/2")
        self.assertIn("other inputs", tenbo("bake", self.city, "-o", other, "--part", "1/2", "--resume", status=1).stderr)

    def test_resumed_with_something_else_it_says_what_differs(self):
        folder = fresh("changing")
        folder.mkdir()
        small, next_one = sorted(self.bldg.glob("*.gml"), key=lambda p: p.stat().st_size)[:2]
        shutil.copy(small, folder / "a.gml")
        grid = SCRATCH / "flat.asc"
        grid.write_text("ncols 4\nnrows 4\nxllcorner 136\nyllcorner 32\ncellsize 1\n" + "30 30 30 30\n" * 4)
        geoid = SCRATCH / "flat.tif"
        subprocess.run(["gdal_translate", "-q", "-a_srs", "EPSG:4326", str(grid), str(geoid)], check=True)
        whole, share, merged = fresh("changing_whole"), fresh("changing_share"), fresh("changing_merged")
        tenbo("bake", folder, "-o", whole)
        tenbo("bake", folder, "-o", share, "--part", "1/1")
        tenbo("bake", "--merge", share, "-o", merged)
        unfinished = fresh("changing_unfinished")  # as a kill leaves it
        shutil.copytree(share, unfinished)
        (unfinished / ".tenbo-bake" / "run").unlink()
        tenbo("bake", folder, "-o", unfinished, "--resume")
        made = digest(whole)
        self.assertEqual(digest(unfinished), made)
        self.assertEqual(digest(merged), made)
        self.assertNotIn(str(SCRATCH), (whole / ".tenbo-bake.json").read_text())  # where the source lay is nobody's concern
        for out, more in ((whole, ()), (merged, ()), (share, ("--part", "1/1"))):
            again = lambda *args, **how: tenbo("bake", folder, "-o", out, "--resume", *more, *args, **how).stderr
            self.assertIn("finished already", again())
            self.assertIn("--webp was not given and is 80", again("--webp", "80", status=1))
            self.assertIn("--geoid was not given and is flat.tif", again("--geoid", geoid, status=1))
            shutil.copy(next_one, folder / "b.gml")
            self.assertIn("b.gml is new", again(status=1))
            (folder / "b.gml").unlink()
            before = (folder / "a.gml").stat().st_mtime_ns
            os.utime(folder / "a.gml", ns=(before, before + 10**9))
            self.assertIn("a.gml has changed", again(status=1))
            os.utime(folder / "a.gml", ns=(before, before))
            self.assertIn("finished already", again())
        self.assertEqual(digest(whole), made)
        self.assertIn("is not given", tenbo("bake", next_one, "-o", whole, "--resume", status=1).stderr)
        self.assertIn("no part of one", tenbo("bake", folder, "-o", whole, "--resume", "--part", "1/2", status=1).stderr)
        self.assertIn("part 1 of 1, and 1 of 2", tenbo("bake", folder, "-o", share, "--resume", "--part", "1/2", status=1).stderr)
        self.assertIn("other inputs", tenbo("bake", "--merge", share, "-o", self.out, "--resume", status=1).stderr)
        tenbo("bake", folder, "-o", share, "--resume")  # a part that is all becomes a whole
        self.assertEqual(digest(share), made)

    def test_a_broken_file_costs_itself_alone(self):
        folder = fresh("broken")
        folder.mkdir()
        files = sorted(self.bldg.glob("*.gml"))
        whole = max(files, key=lambda p: p.stat().st_size)
        shutil.copy(whole, folder / "a.gml")
        (folder / "b.gml").write_text("<core:CityModel xmlns:core='http://www.opengis.net/citygml/2.0'><oops")
        out = fresh("broken_out")
        done = tenbo("bake", folder, "-o", out, status=3)
        self.assertIn("b.gml", done.stderr)
        self.assertEqual(sum(t.rows for t in leaves(read_tileset(out))), len(source_buildings(folder_of(whole, SCRATCH / "one"))))
        (folder / "a.gml").unlink()
        self.assertIn("b.gml", tenbo("bake", folder, "-o", fresh("broken_out"), status=1).stderr)

    def test_heights_say_what_they_refer_to_and_never_mix(self):
        extras = json.loads((self.out / "tileset.json").read_text())["asset"]["extras"]
        self.assertIn("orthometric", extras["verticalDatum"])
        self.assertIn("geoid", extras["note"])
        self.assertIn("--geoid", self.told.stderr)
        folder = fresh("mixed")
        folder.mkdir()
        small = min(self.bldg.glob("*.gml"), key=lambda p: p.stat().st_size)
        text = small.read_text(encoding="utf-8")
        (folder / "a.gml").write_text(text, encoding="utf-8")
        (folder / "b.gml").write_text(text.replace("EPSG/0/6697", "EPSG/0/4979"), encoding="utf-8")
        refused = tenbo("bake", folder, "-o", fresh("mixed_out"), status=1).stderr
        self.assertIn("--geoid", refused)
        self.assertFalse((SCRATCH / "mixed_out" / "tileset.json").exists())
        # a geoid 36.7 m above the ellipsoid everywhere, as a plain grid
        grid = SCRATCH / "geoid.asc"
        grid.write_text("ncols 4\nnrows 4\nxllcorner 136\nyllcorner 32\ncellsize 1\n" + "36.7 36.7 36.7 36.7\n" * 4)
        tif = SCRATCH / "geoid.tif"
        subprocess.run(["gdal_translate", "-q", "-a_srs", "EPSG:4326", str(grid), str(tif)], check=True)
        lifted = fresh("lifted")
        tenbo("bake", self.bldg, "-o", lifted, "--geoid", tif)
        low = read_tileset(lifted).region[4]
        self.assertAlmostEqual(low - self.root.region[4], 36.7, delta=0.5)
        self.assertIn("ellipsoidal", json.loads((lifted / "tileset.json").read_text())["asset"]["extras"]["verticalDatum"])
        # each is opened as what it says; what kept its source's heights stands beside a DEM of the same kind
        ground = SCRATCH / "ground.asc"
        ground.write_text("ncols 2\nnrows 2\nxllcorner 138\nyllcorner 34\ncellsize 0.5\n5 5\n5 5\n")
        dem = SCRATCH / "ground.tif"
        subprocess.run(["gdal_translate", "-q", "-a_srs", "EPSG:6668+6695", str(ground), str(dem)], check=True)
        kinds = lambda *of: [layer["vertical_datum"] for layer in json.loads(tenbo("info", *of, "--json").stdout)["layers"]]
        self.assertEqual(kinds(self.out, dem), ["orthometric", "orthometric"])
        self.assertEqual(kinds(lifted), ["ellipsoidal"])


def folder_of(path, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(path, folder)
    return folder


class Checker(unittest.TestCase):
    """The checker has to find what it is there to find."""
    def test_finds_breaches(self):
        tiny = fresh("tiny")
        small = max(Bake.bldg.glob("*.gml"), key=lambda p: p.stat().st_size) if hasattr(Bake, "bldg") else None
        source = folder_of(min((p for p in (SCRATCH / f"city{BUILDINGS}" / "udx" / "bldg").glob("*.gml")), key=lambda p: p.stat().st_size), SCRATCH / "tiny_source")
        del small
        tenbo("bake", source, "-o", tiny)
        read_tileset(tiny)
        tile = next(tiny.rglob("*.glb"))
        good, good_set = tile.read_bytes(), (tiny / "tileset.json").read_text()
        for old, new in ((b'"featureCount":', b'"featureCounT":'), (b'"byteStride":20', b'"byteStride":12'), (b'"KHR_mesh_quantization"', b'"KHR_mesh_quantizatioM"'),
                         (b'"componentType":5123', b'"componentType":5121'), (b"glTF", b"glTG"), (b'"mode":"TRIANGLES"', b'"mode":"TRIANGLEZ"')):
            self.assertIn(old, good)
            tile.write_bytes(good.replace(old, new, 1))
            with self.assertRaises((tiles_check.Breach, KeyError), msg=old):
                read_tileset(tiny)
        tile.write_bytes(good)
        for old, new in (('"1.1"', '"1.0"'), ('"REPLACE"', '"replace"'), ('"region"', '"sphere"'), ('"geometricError": ', '"geometricError": -')):
            (tiny / "tileset.json").write_text(good_set.replace(old, new, 1))
            with self.assertRaises((tiles_check.Breach, KeyError), msg=old):
                read_tileset(tiny)


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
