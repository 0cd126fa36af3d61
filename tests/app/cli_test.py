#!/usr/bin/env python3
"""The command line, from outside: statuses, JSON shapes, determinism, and figures held against GDAL's and PROJ's own tools.

usage: cli_test.py TENBO DATA     (DATA = the real data's folder; its tests skip where it is absent)
"""
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

from pictures import png_lines

TENBO = pathlib.Path(sys.argv[1]).resolve()
DATA = pathlib.Path(sys.argv[2]).resolve()


def tenbo(*args, status=0, **kw):
    done = subprocess.run([str(TENBO), *map(str, args)], capture_output=True, text=True, timeout=240, **kw)
    if status is not None and done.returncode != status:
        raise AssertionError(f"tenbo {' '.join(map(str, args))}: status {done.returncode}, expected {status}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


def tenbo_json(*args, status=0):
    return json.loads(tenbo(*args, "--json", status=status).stdout)


def tool(*args, stdin=None):
    return subprocess.run(list(map(str, args)), input=stdin, capture_output=True, text=True, check=True).stdout


def real(path):
    p = DATA / path
    if not p.exists():
        raise unittest.SkipTest(f"{p} is absent")
    return p


BOX = """<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0" xmlns:gml="http://www.opengis.net/gml">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>35.68 139.76 3</gml:lowerCorner><gml:upperCorner>35.681 139.761 33</gml:upperCorner></gml:Envelope></gml:boundedBy>
<core:cityObjectMember><bldg:Building gml:id="tower"><gml:name>塔</gml:name><bldg:measuredHeight uom="m">30</bldg:measuredHeight><bldg:lod1Solid><gml:Solid><gml:exterior><gml:CompositeSurface>
%s
</gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod1Solid></bldg:Building></core:cityObjectMember></core:CityModel>
"""


def box_gml(south=35.68, west=139.76, north=35.681, east=139.761, low=3.0, high=33.0):
    c = [(south, west), (south, east), (north, east), (north, west)]
    rings = [[(*p, high) for p in c], [(*p, low) for p in reversed(c)]]
    for i in range(4):
        a, b = c[i], c[(i + 1) % 4]
        rings.append([(*a, low), (*b, low), (*b, high), (*a, high)])
    member = ("<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>{}</gml:posList></gml:LinearRing>"
              "</gml:exterior></gml:Polygon></gml:surfaceMember>")
    return BOX % "\n".join(member.format(" ".join(f"{v:.10f}" for p in r + r[:1] for v in p)) for r in rings)


def pixels(path):
    return b"".join(png_lines(path)[1])


def ecef(lon, lat, height):
    """WGS 84, by its defining constants."""
    a, f = 6378137.0, 1 / 298.257223563
    e2 = f * (2 - f)
    l, p = math.radians(lon), math.radians(lat)
    n = a / math.sqrt(1 - e2 * math.sin(p) ** 2)
    return ((n + height) * math.cos(p) * math.cos(l), (n + height) * math.cos(p) * math.sin(l), (n * (1 - e2) + height) * math.sin(p))


def seen_at(camera, fov, width, height, place):
    """The pixel of a place (lon, lat, height) in a pinhole camera (lon, lat, height, heading clockwise from north, pitch)."""
    lon, lat, _, heading, pitch = camera
    l, p, a, b = map(math.radians, (lon, lat, heading, pitch))
    east = (-math.sin(l), math.cos(l), 0)
    north = (-math.sin(p) * math.cos(l), -math.sin(p) * math.sin(l), math.cos(p))
    up = (math.cos(p) * math.cos(l), math.cos(p) * math.sin(l), math.sin(p))
    to = [q - c for q, c in zip(ecef(*place), ecef(*camera[:3]))]
    e, n, u = (sum(q * r for q, r in zip(axis, to)) for axis in (east, north, up))
    along, right = e * math.sin(a) + n * math.cos(a), e * math.cos(a) - n * math.sin(a)
    depth, above = along * math.cos(b) + u * math.sin(b), u * math.cos(b) - along * math.sin(b)
    scale = height / 2 / math.tan(math.radians(fov / 2)) / depth
    return width / 2 + right * scale, height / 2 - above * scale


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text, encoding="utf-8")
        return path

    def dem(self, crs="EPSG:6668"):
        """A plane that rises 1 m a 0.0001 degrees eastwards from 10 m at 139.755."""
        rows = "\n".join(" ".join(f"{10 + c:.1f}" for c in range(100)) for _ in range(100))
        asc = self.write("dem.asc", f"ncols 100\nnrows 100\nxllcorner 139.755\nyllcorner 35.675\ncellsize 0.0001\nNODATA_value -9999\n{rows}\n")
        tif = self.dir / "dem.tif"
        tool("gdal_translate", "-q", "-a_srs", crs, "-ot", "Float32", asc, tif)
        return tif

    # --- quality
    def test_quality_is_of_the_command_line_then_of_the_scene(self):
        self.write("one.gml", box_gml())
        scene = self.write("s.json", '{"quality": "balanced", "layers": [{"path": "one.gml", "kind": "buildings"}]}')
        small = ("--size", "64x48", "--frames", "1")
        said = tenbo_json("bench", scene, *small)
        self.assertEqual(said["quality"], "balanced")
        said = tenbo_json("bench", scene, *small, "--quality", "wall", "--drawing", "direct")
        self.assertEqual((said["quality"], said["gpu_driven"]), ("wall", False))
        tenbo("render", scene, "-o", self.dir / "q.png", "--quality", "high", status=2)

    # --- usage
    def test_statuses(self):
        tenbo("--version")
        self.assertIn("render", tenbo("--help").stdout)
        self.assertIn("--size", tenbo("help", "render").stdout)
        tenbo("help", "no-such", status=2)
        wrong = tenbo("render", "x.json", "-o", "y.png", "--siez", "10x10", status=2)
        self.assertIn("--size", wrong.stderr)
        tenbo("render", "x.json", "-o", "y.png", "--size", "banana", status=2)
        tenbo("info", self.dir / "none.gml", status=1)
        tenbo("probe", self.write("a.gml", box_gml()), "--at", "here", status=2)
        tenbo("probe", self.write("a.gml", box_gml()), "--at", "139.7,35.6", "--time", "2026-01-01T00:00", status=2)

    def test_opacity_of_a_picture_on_the_ground(self):
        dem = self.dem("EPSG:6668")
        (self.dir / "red.ppm").write_bytes(b"P6 10 10 255\n" + bytes([200, 30, 30]) * 100)
        tool("gdal_translate", "-q", "-of", "GTiff", "-a_srs", "EPSG:6668", "-a_ullr", 139.754, 35.686, 139.766, 35.674, self.dir / "red.ppm", self.dir / "red.tif")

        def middle(opacity):
            layers = [{"name": "dem", "path": str(dem)}]
            if opacity is not None:
                layers.append({"name": "red", "kind": "imagery", "path": "red.tif", "opacity": opacity})
            scene = self.write("o.json", json.dumps({"home": {"lon": 139.76, "lat": 35.68, "height": 600, "heading": 0, "pitch": -89}, "layers": layers}))
            tenbo("render", scene, "-o", self.dir / "o.png", "--size", "160x120")
            data = pixels(self.dir / "o.png")
            n = len(data) // (160 * 120)
            return data[(60 * 160 + 80) * n:][:3]

        bare, none, half, whole = middle(None), middle(0), middle(0.5), middle(1)
        self.assertLessEqual(max(abs(a - b) for a, b in zip(bare, none)), 2, "what is not opaque at all is not seen")
        self.assertGreater(whole[0] - whole[1], bare[0] - bare[1] + 20, "red")
        self.assertTrue(bare[0] - bare[1] + 5 < half[0] - half[1] < whole[0] - whole[1] - 5, (bare, half, whole))

    # --- feeds: what a journal has is drawn in tests/runtime/scene_feeds_test.cpp
    def test_feeds_are_listed_and_never_connected_to_without_a_window(self):
        self.write("a.gml", box_gml())
        (self.dir / "in").mkdir()
        self.write("in/x.json", "{}")
        scene = self.write("s.json", json.dumps({"journal": "kept", "layers": [{"path": "a.gml"}], "feeds": [
            {"name": "inbox", "kind": "folder", "address": "in"}, {"name": "far", "kind": "http", "address": "http://127.0.0.1:1/"}]}))
        feeds = tenbo_json("info", scene)["feeds"]
        self.assertEqual([(f["name"], f["kind"], f["state"]) for f in feeds], [("inbox", "folder", None), ("far", "http", None)])
        tenbo("render", scene, "-o", self.dir / "a.png", "--size", "64x48")
        self.assertFalse((self.dir / "kept").exists())
        missing = tenbo("render", scene, "-o", self.dir / "a.png", "--size", "64x48", "--journal", self.dir / "kept", status=1)
        self.assertIn("kept", missing.stderr)
        for command in (["probe", "--at", "139.7,35.6"], ["pick", "--pixel", "1,1", "--size", "64x48"], ["impact", "--hazard", "a", "--assets", "a"],
                        ["impact", "--hazard", "a", "--assets", "a", "--all-times", "--time", "2026-01-01T00:00:00Z"]):
            missing = tenbo(command[0], scene, *command[1:], "--journal", self.dir / "kept", status=1)
            self.assertIn("kept", missing.stderr)
        tenbo("impact", scene, "--hazard", "a", "--assets", "a", "--all-times", "--time", "2026-01-01T00:00:00Z", status=2)
        self.assertFalse((self.dir / "kept").exists())
        self.assertIn("--speed", tenbo("help", "replay").stdout)
        tenbo("replay", status=2)
        tenbo("replay", self.dir / "kept", scene, "--speed", "-1", status=2)

    def test_wrong_words_are_named_before_anything_is_done(self):
        gml = self.write("a.gml", box_gml())
        self.assertIn("render", tenbo("rendr", status=2).stderr)
        self.assertIn("no-such.json", tenbo(self.dir / "no-such.json", status=1).stderr)
        for wrong in (["--fov", "nan"], ["--fov", "500"], ["--ui-scale", "nan"], ["--camera", "139,35,1e300,0,-10"], ["--camera", "1e9,35,10,0,-10"],
                      ["--camera", "139,35,10,0,nan"], ["--time", "2026-01-01T00:00:00+25:00"]):
            tenbo("render", gml, "-o", self.dir / "x.png", "--size", "64x64", *wrong, status=2)
        for wrong in ("-5M", "5Q", "M", "1e3", "nan", "0", "0.2", "99999999999G", "5MM", "5 M B"):
            for option in ("--ram", "--vram", "--bake-from", "--cache-limit"):
                said = tenbo("render", gml, "-o", self.dir / "x.png", "--size", "64x64", f"{option}={wrong}", status=2).stderr
                self.assertIn(option, said)
                self.assertRegex(said, "is no size|is not a size")
                self.assertNotIn("overflow", said)
        for right in ("500M", "500m", "500MB", "500MiB", "0.5G", "524288000", "512000k"):
            tenbo("info", gml, "--cache", self.dir / "c", "--bake-from", right)
        self.assertFalse((self.dir / "x.png").exists())
        done = tenbo("render", gml, "-o", self.dir / "none/x.png", "--size", "64x64", status=1)
        self.assertIn(str(self.dir / "none"), done.stderr)

    def test_json_and_nothing_else(self):
        # GDAL's GRIB reader prints to standard output on files with a torn end.
        for name in ("cfrzr_and_cprat.grib", "era5-single-level-scalar-time.grib"):
            (layer,) = tenbo_json("info", real("weather-a/grib") / name)["layers"]
            self.assertEqual(layer["kind"], "field")

    def test_a_scene_without_layers_says_so(self):
        self.assertIn("no layers", tenbo("info", self.write("s.json", '{"layers": []}'), status=1).stderr)

    def test_json_where_nothing_could_be_opened(self):
        none = self.dir / "none.gml"
        probe = tenbo_json("probe", none, "--at", "139,35", status=1)
        self.assertIsNone(probe["ground_height"])
        self.assertEqual(probe["layers"], [])
        self.assertIn("none.gml", probe["errors"][0])
        pick = tenbo_json("pick", none, "--pixel", "1,1", status=1)
        self.assertIsNone(pick["feature"])
        self.assertEqual(len(pick["errors"]), 1)

    def test_unreadable_inputs_say_so(self):
        for name, text in {"empty.gml": "", "text.gml": "hello", "broken.json": "{", "list.json": "[1,2]"}.items():
            done = tenbo("info", self.write(name, text), status=1)
            self.assertIn(name, done.stderr)
            out = json.loads(tenbo("info", self.dir / name, "--json", status=1).stdout)
            self.assertEqual(out["layers"], [] if not out["layers"] else out["layers"])

    # --- figures
    def test_without_gdals_module_city_models_still_open(self):
        alone = self.dir / "alone" / "tenbo"
        alone.parent.mkdir()
        shutil.copy(TENBO, alone)
        box = self.write("box.gml", box_gml())
        done = subprocess.run([str(alone), "info", str(box), "--json"], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, json.loads(done.stdout)["layers"][0]["features"]), (0, 1), done.stderr)
        done = subprocess.run([str(alone), "info", str(self.dem())], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        for word in ("tenbo_gdal.so", "cannot be loaded", "build or install"):
            self.assertIn(word, done.stderr)

    def test_info_of_one_box(self):
        j = tenbo_json("info", self.write("box.gml", box_gml()))
        (layer,) = j["layers"]
        self.assertEqual(layer["kind"], "buildings")
        self.assertEqual(layer["features"], 1)
        self.assertEqual(layer["triangles"], 12)  # six quads
        self.assertEqual(layer["crs"], "EPSG:6697")
        self.assertEqual(layer["lod"], [1])
        b = layer["bounds"]
        for key, value in dict(west=139.76, east=139.761, south=35.68, north=35.681, min_height=3, max_height=33).items():
            self.assertAlmostEqual(b[key], value, places=8)
        self.assertIn("measuredHeight", " ".join(a["name"] for a in layer["attributes"]))
        self.assertGreater(j["peak_memory_bytes"], 0)

    def test_axes_are_exchanged_by_word(self):
        gml = self.write("box.gml", box_gml(south=-77.005, west=38.888, north=-77.004, east=38.889))  # longitude first
        (layer,) = tenbo_json("info", gml)["layers"]
        self.assertAlmostEqual(layer["bounds"]["south"], -77.005, places=8)
        self.assertIn("exchange", layer["warnings"][0])
        scene = self.write("s.json", '{"layers": [{"name": "a", "path": "box.gml", "exchange_axes": true}]}')
        for command in ([gml, "--exchange-axes"], [scene]):
            (layer,) = tenbo_json("info", *command)["layers"]
            for key, value in dict(west=-77.005, east=-77.004, south=38.888, north=38.889).items():
                self.assertAlmostEqual(layer["bounds"][key], value, places=8)
            self.assertEqual(layer["warnings"], [])
        scene = self.write("s.json", '{"layers": [{"name": "a", "path": "box.gml", "exchange_axes": false}]}')
        (layer,) = tenbo_json("info", scene, "--exchange-axes")["layers"]  # the layer's own word goes first
        self.assertAlmostEqual(layer["bounds"]["south"], -77.005, places=8)
        self.assertEqual(layer["warnings"], [])

    def test_some_layers_fail(self):
        good, bad = self.write("good.gml", box_gml()), self.write("bad.gml", "<core:CityModel")
        scene = self.write("s.json", json.dumps({"layers": [{"name": "good", "kind": "buildings", "path": "good.gml"}, {"name": "bad", "kind": "buildings", "path": "bad.gml"}]}))
        done = tenbo("info", scene, "--json", status=3)
        states = {l["name"]: l["state"] for l in json.loads(done.stdout)["layers"]}
        self.assertEqual(states, {"good": "ready", "bad": "failed"})
        self.assertIn("bad.gml", done.stderr)

    def test_scene_errors_name_the_place(self):
        scene = self.write("s.json", '{"layers": [{"name": "a", "kind": "bildings", "path": "x"}]}')
        done = tenbo("info", scene, status=1)
        self.assertIn("$.layers[0].kind", done.stderr)
        self.assertIn("buildings", done.stderr)

    def test_probe_agrees_with_gdallocationinfo_and_the_plane(self):
        tif = self.dem()
        for lon in (139.7571, 139.76, 139.7612):
            height = tenbo_json("probe", tif, "--at", f"{lon},35.68")["ground_height"]
            self.assertAlmostEqual(height, 10 + (lon - 139.755) / 0.0001 - 0.5, places=2)  # bilinear on a plane is the plane
        self.assertIsNone(tenbo_json("probe", tif, "--at", "140.5,35.68")["ground_height"])
        # the layer's own value is the pixel's
        for lon in (139.75713, 139.76007, 139.76128):
            (layer,) = tenbo_json("probe", tif, "--at", f"{lon},35.68003")["layers"]
            self.assertEqual(layer["value"], float(tool("gdallocationinfo", "-valonly", "-wgs84", tif, lon, 35.68003)))

    def test_old_datums_lie_where_cs2cs_puts_them(self):
        # Tokyo datum (EPSG:30169, 4301) and Amersfoort (28992), to EPSG:4326 by PROJ's own program
        for code, points in {30169: [(-35855.68, -6344.76), (-35755.68, -6244.76)], 4301: [(35.68, 139.76), (35.681, 139.761)],
                             28992: [(121000.0, 487000.0), (121100.0, 487100.0)]}.items():
            ring = [points[0], (points[0][0], points[1][1]), points[1], points[0]]
            out = [[float(v) for v in line.split()] for line in
                   tool("cs2cs", "-f", "%.10f", f"EPSG:{code}", "EPSG:4326", stdin="".join(f"{x} {y} 0\n" for x, y in ring)).splitlines()]
            coordinates = " ".join(f"{x} {y} 5" for x, y in ring)
            text = BOX % ("<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" + coordinates +
                          "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>")
            b = tenbo_json("info", self.write(f"{code}.gml", text.replace("EPSG/0/6697", f"EPSG/0/{code}")))["layers"][0]["bounds"]
            for key, value in dict(south=min(p[0] for p in out), north=max(p[0] for p in out), west=min(p[1] for p in out), east=max(p[1] for p in out)).items():
                self.assertLess(abs(b[key] - value) * 111e3, 0.005, f"{code} {key}")

    def field(self):
        """Two steps of 3 x 2 cells, one of them nodata."""
        paths = []
        for step, rows in enumerate((["0.2 0.7 -9999", "3.5 5.5 25"], ["0.4 0.6 1", "2 4 6"])):
            asc = self.write(f"d{step}.asc", "ncols 3\nnrows 2\nxllcorner 139.76\nyllcorner 35.68\ncellsize 0.001\nNODATA_value -9999\n" + "\n".join(rows) + "\n")
            tif = self.dir / f"depth_2026112{step + 1}T0900.tif"
            tool("gdal_translate", "-q", "-a_srs", "EPSG:4326", "-ot", "Float32", asc, tif)
            paths.append(tif)
        return paths

    def test_field_values_classes_and_times(self):
        paths = self.field()
        scene = self.write("s.json", json.dumps({"layers": [{
            "name": "depth", "kind": "field", "path": [p.name for p in paths], "quantity": "water depth", "unit": "m", "source": "test office",
            "start": "2026-11-21T09:00:00+09:00", "step_seconds": 3600, "issue_time": "2026-11-21T06:00:00+09:00", "style": {"palette": "flood-depth"}}]}))
        info = tenbo_json("info", scene)["layers"][0]
        self.assertEqual(len(info["times"]), 2)
        for i, path in enumerate(paths):
            for lon, lat in ((139.7605, 35.6815), (139.7615, 35.6815), (139.7625, 35.6815), (139.7605, 35.6805), (139.7625, 35.6805)):
                expected = float(tool("gdallocationinfo", "-valonly", "-wgs84", path, lon, lat))
                layer = tenbo_json("probe", scene, "--at", f"{lon},{lat}", "--time", info["times"][i])["layers"][0]
                if expected == -9999:
                    self.assertIsNone(layer["value"])
                    self.assertIsNone(layer["class"])
                else:
                    self.assertAlmostEqual(layer["value"], expected, places=5)
                self.assertEqual(layer["unit"], "m")
                self.assertEqual(layer["valid_time"], info["times"][i])
                self.assertEqual(layer["source"], "test office")
                self.assertEqual(layer["issue_time"], "2026-11-20T21:00:00Z")
        # between two steps every value is the last step's
        between = tenbo_json("probe", scene, "--at", "139.7605,35.6805", "--time", "2026-11-21T00:30:00Z")["layers"][0]
        self.assertEqual((between["value"], between["valid_time"]), (3.5, "2026-11-21T00:00:00Z"))

    # --- datums
    def geoid(self):
        return real("dem-a/geoid/jp_gsi_gsigeo2011.tif")

    def test_heights_with_the_geoid_are_cs2cs_heights(self):
        geoid = self.geoid()
        gml = self.write("box.gml", box_gml())
        j = tenbo_json("info", gml, "--geoid", geoid)
        line = tool("cct", "-d", "6", "+proj=vgridshift", f"+grids={geoid}", "+multiplier=1", stdin="139.76 35.68 3\n")
        expected = float(line.split()[2])  # PROJ's own tool
        b = j["layers"][0]["bounds"]
        self.assertAlmostEqual(b["min_height"], expected, delta=0.05)  # the box is 100 m wide: N varies by centimetres
        self.assertGreater(b["min_height"], 30)

    def test_mixed_datums_are_refused_without_a_geoid(self):
        self.write("box.gml", box_gml())
        self.write("tall.gml", box_gml().replace("EPSG/0/6697", "EPSG/0/4979"))
        scene = self.write("s.json", json.dumps({"layers": [{"name": "tp", "kind": "buildings", "path": "box.gml"}, {"name": "wgs", "kind": "buildings", "path": "tall.gml"}]}))
        done = tenbo("info", scene, "--json", status=3)
        states = {l["name"]: l["state"] for l in json.loads(done.stdout)["layers"]}
        self.assertEqual(states, {"tp": "ready", "wgs": "failed"})
        self.assertIn("--geoid", done.stderr)

    # --- pictures
    def test_render_is_deterministic_and_sized(self):
        gml = self.write("box.gml", box_gml())
        pictures = []
        for i in range(2):
            out = self.dir / f"{i}.png"
            tenbo("render", gml, "-o", out, "--size", "321x123")
            pictures.append(out.read_bytes())
        self.assertEqual(pictures[0], pictures[1])
        width, height = int.from_bytes(pictures[0][16:20], "big"), int.from_bytes(pictures[0][20:24], "big")
        self.assertEqual((width, height), (321, 123))

    def test_pick_finds_the_box_where_geometry_says(self):
        """A camera straight above the roof's centre: the middle pixel is the centre of the roof."""
        gml = self.write("box.gml", box_gml())
        j = tenbo_json("pick", gml, "--size", "201x201", "--camera", "139.7605,35.6805,500,0,-90", "--pixel", "100,100")
        self.assertEqual(j["feature"], "tower")
        self.assertEqual(j["attributes"]["gml:name"] if "gml:name" in j["attributes"] else j["attributes"].get("name"), "塔")
        metres_per_pixel = 2 * (500 - 33) * math.tan(math.radians(18)) / 201
        p = j["position"]
        dy, dx = (p["lat"] - 35.6805) * 110950, (p["lon"] - 139.7605) * 90540
        self.assertLess(math.hypot(dx, dy), 0.5 * metres_per_pixel)
        self.assertAlmostEqual(p["height"], 33, delta=0.05)
        sky = tenbo_json("pick", gml, "--size", "201x201", "--camera", "139.7605,35.6805,500,0,60", "--pixel", "100,100")
        self.assertIsNone(sky["layer"])

    def far_scene(self):
        """Two boxes 217 km apart: each stands more than 100 km from the scene's origin, their middle."""
        self.write("near.gml", box_gml())
        self.write("far.gml", box_gml(west=142.16, east=142.161).replace('gml:id="tower"', 'gml:id="far"'))
        return self.write("two.json", json.dumps({"layers": [{"name": n, "kind": "buildings", "path": f"{n}.gml"} for n in ("near", "far")]}))

    def test_pick_is_true_100_km_from_the_origin(self):
        scene = self.far_scene()
        for height, size in ((500, 201), (100_033, 201)):  # from 467 m above the roof, and from 100 km
            fov = 36 if height < 1000 else 1
            j = tenbo_json("pick", scene, "--size", f"{size}x{size}", "--camera", f"142.1605,35.6805,{height},0,-90", "--fov", fov, "--pixel", "100,100")
            self.assertEqual(j["feature"], "far")
            metres_per_pixel = 2 * (height - 33) * math.tan(math.radians(fov / 2)) / size
            p = j["position"]
            off = math.hypot((p["lat"] - 35.6805) * 110950, (p["lon"] - 142.1605) * 90540)
            self.assertLess(off, 0.5 * metres_per_pixel)
            self.assertAlmostEqual(p["height"], 33, delta=max(0.05, 0.5 * metres_per_pixel))

    def test_pick_is_within_half_a_pixel_all_over_the_picture(self):
        """What is picked, seen again through a pinhole camera written here, is where the pixel is: 100 m and 100 km from the
        scene's origin, in the corners too."""
        self.write("wide.gml", box_gml(north=35.683, east=139.763))  # 333 m by 272 m
        self.write("wide_far.gml", box_gml(north=35.683, west=142.16, east=142.163).replace('gml:id="tower"', 'gml:id="far"'))
        near = self.write("near.json", json.dumps({"layers": [{"name": "near", "kind": "buildings", "path": "wide.gml"}]}))
        far = self.write("far.json", json.dumps({"layers": [{"name": n, "kind": "buildings", "path": f"{n}.gml"} for n in ("wide", "wide_far")]}))
        w, h = 320, 180
        for scene, lon, feature in ((near, 139.7624, "tower"), (far, 142.1624, "far")):  # 82 m and 108 km from the middle
            for heading, pitch in ((0, -80), (217, -60)):
                camera = (lon, 35.6820, 93.0, heading, pitch)  # 60 m above the roof
                for x, y in ((0, 0), (w - 1, 0), (w - 1, h - 1), (37, 141)):
                    j = tenbo_json("pick", scene, "--size", f"{w}x{h}", "--camera", ",".join(map(str, camera)), "--pixel", f"{x},{y}")
                    self.assertEqual(j["feature"], feature, (camera, x, y))
                    p = j["position"]
                    self.assertAlmostEqual(p["height"], 33, delta=0.02)
                    px, py = seen_at(camera, 36, w, h, (p["lon"], p["lat"], p["height"]))
                    self.assertLess(math.hypot(px - (x + 0.5), py - (y + 0.5)), 0.5, (camera, x, y))

    def test_no_jitter_at_street_level(self):
        """A camera that moves by a tenth of a millimetre far from the origin sees the same picture but for rounding."""
        scene = self.far_scene()
        pictures = []
        for i in range(3):
            out = self.dir / f"j{i}.png"
            lat = 35.6797 + i * 1e-9  # 0.1 mm
            tenbo("render", scene, "-o", out, "--size", "320x180", "--samples", "1", "--camera", f"142.1605,{lat:.10f},6,0,5")
            pictures.append(pixels(out))
        self.assertGreater(len(set(pictures[0])), 20)  # there is something to see
        for other in pictures[1:]:
            worst = max(abs(a - b) for a, b in zip(pictures[0], other))
            differ = sum(abs(a - b) > 8 for a, b in zip(pictures[0], other))
            self.assertLess(differ, 60, f"worst {worst}")

    def test_official_colours_are_exact(self):
        """Straight down on a field: each class's colour stands in the picture as published (MLIT flood hazard map guide)."""
        paths = self.field()
        out = self.dir / "f.png"
        scene = self.write("f.json", json.dumps({"layers": [{"name": "d", "kind": "field", "path": paths[0].name, "unit": "m", "style": {"palette": "flood-depth"}}]}))
        tenbo("render", scene, "-o", out, "--size", "640x480", "--camera", "139.7615,35.681,900,0,-90", "--water", "classes", "--samples", "1", "--no-hud")
        found = set(zip(*[iter(pixels(out))] * 3))
        for colour in ((247, 245, 169), (255, 216, 192), (255, 183, 183), (255, 145, 145), (220, 122, 220)):
            self.assertIn(colour, found)

    def test_plugins_are_listed(self):
        ids = {p["id"] for p in tenbo_json("plugins")["plugins"]}
        self.assertLessEqual({"hazard_flood", "infra_inspection"}, ids)

    def test_make_city_is_deterministic(self):
        for name in ("a", "b"):
            tenbo("make-city", self.dir / name, "--buildings", "300", "--seed", "7")
        listing = tool("diff", "-r", self.dir / "a", self.dir / "b")
        self.assertEqual(listing, "")
        j = tenbo_json("info", self.dir / "a" / "demo.json")
        self.assertTrue(all(l["state"] == "ready" for l in j["layers"]), j)

    # --- real files
    def check_counts(self, path):
        """Top-level objects by an independent XML parse: the children of every cityObjectMember / featureMember(s)."""
        count = 0
        for _, element in ET.iterparse(path):
            name = element.tag.split("}")[-1]
            if name in ("cityObjectMember", "featureMember", "featureMembers"):
                count += sum(1 for _ in element)
        done = tenbo("info", path, "--json", status=None)
        layers = json.loads(done.stdout)["layers"]
        self.assertEqual(sum(l["features"] for l in layers), count, path)

    def test_counts_of_real_city_files(self):
        for path in ("plateau-lod1-towns-a/53395404_bldg_6697_op.gml", "plateau-tokyo-answers/tests/data/53392633_bldg_6697_2_op.gml",
                     "plateau-yokosuka-numazu/yokosuka-shi/udx/bldg/52397519_bldg_6697_op.gml", "plateau-tokyo-unreal/udx/brid/53394525_brid_6697_op.gml",
                     "citygml-world-a/libcitygml/berlin_open_data_sample_data.citygml"):
            self.check_counts(real(path))

    def test_probe_of_fuji_agrees_with_gdallocationinfo(self):
        dem = real("dem-a/osgearth/mt_fuji_90m.tif")
        info = json.loads(tool("gdalinfo", "-json", dem))
        g = info["geoTransform"]
        for column, row in ((100, 100), (333, 250), (57, 411)):
            lon, lat = g[0] + (column + 0.5) * g[1], g[3] + (row + 0.5) * g[5]  # pixel centres: bilinear is the pixel
            expected = float(tool("gdallocationinfo", "-valonly", dem, column, row))
            self.assertAlmostEqual(tenbo_json("probe", dem, "--at", f"{lon!r},{lat!r}")["ground_height"], expected, places=2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
