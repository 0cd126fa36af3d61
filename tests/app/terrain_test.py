#!/usr/bin/env python3
"""tenbo bake of DEMs from outside: tiles of quantized-mesh against the formula that the DEM was made by, the same bytes
however they are made. The tiles are read by the reader here, written from the format's text; GDAL's tools make the DEMs.

usage: terrain_test.py TENBO SCRATCH
"""
import hashlib
import json
import math
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest

TENBO = pathlib.Path(sys.argv[1]).resolve()
SCRATCH = pathlib.Path(sys.argv[2]).resolve()
WEST, SOUTH, CELL, COLUMNS, ROWS = 138.0, 35.0, 0.0005, 240, 200  # degrees; about 50 m
HOLE = (60, 80, 50, 90)                                            # columns and rows from the north-west, without data
FILLING = 200  # the extension that counts triangles where there is no data; they are the last ones


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
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def plane(lon, lat):
    return 500 + 4000 * (lon - WEST) + 2500 * (lat - SOUTH)


def rough(lon, lat):
    return 700 + 300 * math.sin(lon * 200) * math.cos(lat * 240)


def dem(name, height, hole=HOLE, crs="EPSG:4326", west=WEST, south=SOUTH, cell=CELL, columns=COLUMNS, rows=ROWS):
    """A GeoTIFF whose pixels' middles have the formula's heights."""
    north = south + rows * cell
    lines = [f"ncols {columns}", f"nrows {rows}", f"xllcorner {west}", f"yllcorner {south}", f"cellsize {cell}", "NODATA_value -9999"]
    for j in range(rows):
        lines.append(" ".join("-9999" if hole and hole[0] <= i < hole[1] and hole[2] <= j < hole[3] else f"{height(west + (i + 0.5) * cell, north - (j + 0.5) * cell):.4f}" for i in range(columns)))
    text = SCRATCH / f"{name}.asc"
    text.write_text("\n".join(lines) + "\n")
    out = SCRATCH / f"{name}.tif"
    out.unlink(missing_ok=True)
    subprocess.run(["gdal_translate", "-q", "-ot", "Float32", "-a_srs", crs, str(text), str(out)], check=True)
    text.unlink()
    return out


class Tile:
    """quantized-mesh 1.0."""
    def __init__(self, path, z, x, y):
        data = path.read_bytes()
        self.z, self.x, self.y = z, x, y
        head = struct.unpack_from("<3d2f4d3d", data)
        self.centre, (self.low, self.high), self.sphere, self.horizon = head[:3], head[3:5], head[5:9], head[9:12]
        (count,) = struct.unpack_from("<I", data, 88)
        at, axes = 92, []
        for _ in range(3):
            values, last = [], 0
            for code in struct.unpack_from(f"<{count}H", data, at):
                last += (code >> 1) ^ -(code & 1)
                values.append(last)
            axes.append(values)
            at += 2 * count
        self.u, self.v, self.h = axes
        assert count <= 65536
        (triangles,) = struct.unpack_from("<I", data, at)
        codes = struct.unpack_from(f"<{3 * triangles}H", data, at + 4)
        at += 4 + 6 * triangles
        highest, indices = 0, []
        for code in codes:
            indices.append(highest - code)
            highest += code == 0
        self.triangles = list(zip(indices[::3], indices[1::3], indices[2::3]))
        self.edges = []
        for _ in range(4):
            (n,) = struct.unpack_from("<I", data, at)
            self.edges.append(struct.unpack_from(f"<{n}H", data, at + 4))
            at += 4 + 2 * n
        self.filling = 0
        while at < len(data):
            kind, length = struct.unpack_from("<BI", data, at)
            if kind == FILLING:
                self.filling = struct.unpack_from("<I", data, at + 5)[0]
            at += 5 + length
        assert at == len(data)
        self.ground = self.triangles[:len(self.triangles) - self.filling]

    def place(self, i):
        size = 180 / 2 ** self.z
        return self.x * size - 180 + self.u[i] / 32767 * size, self.y * size - 90 + self.v[i] / 32767 * size, self.low + self.h[i] / 32767 * (self.high - self.low)

    def step(self):
        return (self.high - self.low) / 32767

    def ecef(self, i):
        lon, lat, h = self.place(i)
        lon, lat, a, e2 = math.radians(lon), math.radians(lat), 6378137.0, 0.0066943799901413165
        n = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        return (n + h) * math.cos(lat) * math.cos(lon), (n + h) * math.cos(lat) * math.sin(lon), (n * (1 - e2) + h) * math.sin(lat)


def tiles(folder):
    out = {}
    for path in sorted((folder / "terrain").rglob("*.terrain")):
        z, x, y = int(path.parent.parent.name), int(path.parent.name), int(path.stem)
        out[z, x, y] = Tile(path, z, x, y)
    return out


def inside(lon, lat, rim=CELL):
    """Within the DEM and off its hole and edges, where nothing stands on pixels without data."""
    c, r = (lon - WEST) / CELL, (SOUTH + ROWS * CELL - lat) / CELL
    rim /= CELL
    return rim < c < COLUMNS - rim and rim < r < ROWS - rim and not (HOLE[0] - rim < c < HOLE[1] + rim and HOLE[2] - rim < r < HOLE[3] + rim)


def area(tile, triangles):
    return sum(abs((tile.u[b] - tile.u[a]) * (tile.v[c] - tile.v[a]) - (tile.u[c] - tile.u[a]) * (tile.v[b] - tile.v[a])) for a, b, c in triangles) / 2 / 32767 ** 2


class Terrain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        cls.plane, cls.rough = dem("plane", plane), dem("rough", rough)
        cls.out = fresh("rough")
        cls.told = tenbo("bake", cls.rough, "-o", cls.out, "--jobs", 2, "--json")
        cls.tiles = tiles(cls.out)
        cls.layer = json.loads((cls.out / "terrain/layer.json").read_text())

    def test_a_plane_keeps_its_heights(self):
        out = fresh("plane_tiles")
        tenbo("bake", self.plane, "-o", out)
        checked = 0
        for t in tiles(out).values():
            for i in {i for tri in t.ground for i in tri}:
                lon, lat, h = t.place(i)
                if inside(lon, lat):
                    # the place's own grid is 180 degrees / 32767 / 2^z fine
                    self.assertAlmostEqual(h, plane(lon, lat), delta=t.step() + 0.002 + 6500 * 180 / 2 ** t.z / 32767)
                    checked += 1
        self.assertGreater(checked, 5000)
        finest = max(tiles(out))
        self.assertEqual(finest[0], self.layer["maxzoom"])

    def test_the_finest_surface_is_as_near_as_it_says(self):
        z = self.layer["maxzoom"]
        spacing = math.pi * 6378137 / 64 / 2 ** z  # m between points
        worst = count = 0
        for (level, _, _), t in self.tiles.items():
            if level != z:
                continue
            for a, b, c in t.ground[::7]:
                lon, lat, h = (sum(p) / 3 for p in zip(t.place(a), t.place(b), t.place(c)))
                if inside(lon, lat, 3 * CELL):
                    worst, count = max(worst, abs(h - rough(lon, lat))), count + 1
        self.assertGreater(count, 1000)
        self.assertLess(worst, 0.01 * spacing + 2.5)  # 2.5 m: a chord of 50 m in this formula's curve

    def test_tiles_cover_their_squares_and_edges_fit(self):
        for key, t in self.tiles.items():
            self.assertAlmostEqual(area(t, t.triangles), 1, delta=1e-4, msg=key)
            for (axis, value), edge in zip((("u", 0), ("v", 0), ("u", 32767), ("v", 32767)), t.edges):
                self.assertEqual(sorted(edge), sorted(i for i in range(len(t.u)) if getattr(t, axis)[i] == value), key)
            for other, mine, theirs, along in ((self.tiles.get((key[0], key[1] + 1, key[2])), 2, 0, "v"), (self.tiles.get((key[0], key[1], key[2] + 1)), 3, 1, "u")):
                if other is None:
                    continue
                a = sorted((getattr(t, along)[i], t.place(i)[2]) for i in t.edges[mine])
                b = sorted((getattr(other, along)[i], other.place(i)[2]) for i in other.edges[theirs])
                self.assertEqual([p for p, _ in a], [p for p, _ in b], key)
                for (_, h), (_, g) in zip(a, b):
                    self.assertAlmostEqual(h, g, delta=t.step() + other.step() + 0.002, msg=key)

    def test_what_is_said_of_a_tile_is_so(self):
        for key, t in self.tiles.items():
            points = [t.ecef(i) for i in range(0, len(t.u), 5)]
            for p in points:
                self.assertLessEqual(math.dist(p, t.sphere[:3]), t.sphere[3] * 1.0001 + 1, key)
            if key[0] < 6:
                continue
            # who stands at the horizon point, in space scaled by the axes, sees each vertex over the unit sphere
            axes = (6378137.0, 6378137.0, 6356752.314245)
            eye = t.horizon
            past = sum(c * c for c in eye) - 1
            for p in points:
                q = [p[k] / axes[k] for k in range(3)]
                to = [q[k] - eye[k] for k in range(3)]
                reach = -sum(to[k] * eye[k] for k in range(3))  # along the way to the Earth's centre
                hidden = reach > past * (1 + 1e-9) and reach * reach / sum(c * c for c in to) > past * (1 + 1e-6)
                self.assertFalse(hidden, key)

    def test_available_is_what_is_there(self):
        listed = {(z, x, y) for z, ranges in enumerate(self.layer["available"]) for r in ranges for x in range(r["startX"], r["endX"] + 1) for y in range(r["startY"], r["endY"] + 1)}
        self.assertEqual(listed, set(self.tiles))
        self.assertLessEqual({(0, 0, 0), (0, 1, 0)}, listed)
        for z, x, y in listed:
            self.assertTrue(z == 0 or (z - 1, x // 2, y // 2) in listed)

    def test_no_data_stays_a_hole(self):
        north = SOUTH + ROWS * CELL
        middle = WEST + (HOLE[0] + HOLE[1]) / 2 * CELL, north - (HOLE[2] + HOLE[3]) / 2 * CELL
        for (lon, lat), known in ((middle, False), ((WEST + 10 * CELL, north - 10 * CELL), True), ((WEST - 20 * CELL, north - 10 * CELL), False)):
            told = json.loads(tenbo("probe", "--json", "--at", f"{lon},{lat}", self.out / "terrain/layer.json", status=None).stdout)
            if known:
                self.assertAlmostEqual(told["ground_height"], rough(lon, lat), delta=4)
            else:
                self.assertIsNone(told["ground_height"])

    def test_the_same_bytes_however_it_is_made(self):
        wanted = digest(self.out)
        for jobs in (1, 5):
            out = fresh("jobs")
            tenbo("bake", self.rough, "-o", out, "--jobs", jobs)
            self.assertEqual(digest(out), wanted)
        for parts in (2, 3):
            folders = []
            for part in range(parts):
                folders.append(fresh(f"part{part}"))
                tenbo("bake", self.rough, "-o", folders[-1], "--part", f"{part + 1}/{parts}")
                self.assertFalse((folders[-1] / "terrain/layer.json").exists())
            merged = fresh("merged")
            tenbo("bake", "--merge", *reversed(folders), "-o", merged)
            self.assertEqual(digest(merged), wanted)
        out, kills = fresh("killed"), 0
        for wait in (0.05, 0.1, 0.2, 0.4, 0.8):
            run = subprocess.Popen([str(TENBO), "bake", str(self.rough), "-o", str(out), "--jobs", "1", *(["--resume"] if out.exists() else [])], stderr=subprocess.DEVNULL)
            time.sleep(wait)
            kills += run.poll() is None
            run.send_signal(signal.SIGKILL)
            run.wait()
        if out.exists():
            tenbo("bake", self.rough, "-o", out, "--resume")
        else:
            tenbo("bake", self.rough, "-o", out)
        self.assertEqual(digest(out), wanted)
        self.assertGreater(kills, 0)
        self.assertFalse((out / ".tenbo-bake").exists())

    def test_several_dems_of_several_finenesses(self):
        fine = dem("fine", rough, None, west=WEST + 0.04, south=SOUTH + 0.05, cell=CELL / 4, columns=80, rows=60)
        out = fresh("mixed")
        tenbo("bake", self.rough, fine, "-o", out)
        layer = json.loads((out / "terrain/layer.json").read_text())
        self.assertEqual(layer["maxzoom"], self.layer["maxzoom"] + 2)
        made = tiles(out)
        self.assertIn(max(made)[0], (layer["maxzoom"],))
        lon, lat = WEST + 0.045, SOUTH + 0.0535
        told = json.loads(tenbo("probe", "--json", "--at", f"{lon},{lat}", out / "terrain/layer.json").stdout)
        self.assertAlmostEqual(told["ground_height"], rough(lon, lat), delta=1)

    def test_a_geoid_makes_heights_ellipsoidal(self):
        japan = dem("japan", plane, crs="EPSG:6668+6695")
        geoid = SCRATCH / "geoid.gtx"
        geoid.unlink(missing_ok=True)
        subprocess.run(["gdal_create", "-q", "-of", "GTX", "-ot", "Float32", "-outsize", "41", "41", "-bands", "1", "-burn", "36.7", "-a_srs", "EPSG:4326", "-a_ullr", "136", "37", "140", "33", str(geoid)], check=True)
        lon, lat = WEST + 0.03, SOUTH + 0.03
        for more, up, word in (([], 0, "above the geoid"), (["--geoid", geoid], 36.7, "above the ellipsoid")):
            out = fresh("datum")
            told = tenbo("bake", japan, "-o", out, *more)
            self.assertIn(word, json.loads((out / "terrain/layer.json").read_text())["description"])
            self.assertEqual("above the geoid" in told.stderr, up == 0)
            probe = json.loads(tenbo("probe", "--json", "--at", f"{lon},{lat}", out / "terrain/layer.json").stdout)
            self.assertAlmostEqual(probe["ground_height"], plane(lon, lat) + up, delta=0.1)
        # with a geoid the parts' coarse tiles are filled to the same sea level
        parts = [fresh("geoid1"), fresh("geoid2")]
        for i, part in enumerate(parts):
            tenbo("bake", japan, "-o", part, "--geoid", geoid, "--part", f"{i + 1}/2")
        tenbo("bake", "--merge", *parts, "-o", fresh("geoid_merged"))
        self.assertEqual(digest(SCRATCH / "geoid_merged"), digest(SCRATCH / "datum"))

    def test_a_city_and_its_ground_in_one_bake(self):
        city = SCRATCH / "city"
        if not (city / "udx").exists():
            tenbo("make-city", city, "--buildings", 100)
        ground = next(p for p in sorted(city.rglob("*.tif")) if "terrain" in p.name or "dem" in p.name)
        out = fresh("city_tiles")
        tenbo("bake", city, ground, "-o", out)
        self.assertTrue((out / "tileset.json").exists() and (out / "terrain/layer.json").exists())
        told = json.loads(tenbo("info", "--json", out).stdout)
        self.assertEqual(sorted(layer["kind"] for layer in told["layers"]), ["buildings", "terrain"])
        low, high = (next(layer for layer in told["layers"] if layer["kind"] == "terrain")["bounds"][k] for k in ("min_height", "max_height"))
        self.assertTrue(0 < high - low < 500, (low, high))
        apart = fresh("city_alone")
        tenbo("bake", city, "-o", apart)
        city_alone = lambda folder: {k: v for k, v in digest(folder).items() if not k.startswith("terrain/") and k != ".tenbo-bake.json"}  # what they are made of differs
        self.assertEqual(city_alone(out), city_alone(apart))

    def test_what_is_no_dem_is_refused(self):
        broken = SCRATCH / "broken.asc"
        broken.write_text("ncols 3\nnrows 3\nxllcorner 0\n")
        told = tenbo("bake", broken, "-o", fresh("nothing"), status=None)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("broken.asc", told.stderr)
        self.assertFalse((SCRATCH / "nothing/terrain/layer.json").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
