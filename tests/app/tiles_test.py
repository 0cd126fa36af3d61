#!/usr/bin/env python3
"""3D Tiles and glTF from the command line: what info, pick, probe and render say of small sets made here. Expected values:
the sets' own numbers, and PROJ's cct for places on Earth.

usage: tiles_test.py TENBO
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

TENBO = pathlib.Path(sys.argv[1]).resolve()
LON, LAT, HEIGHT = 139.767, 35.681, 40.0


def tenbo(*args, status=0):
    done = subprocess.run([str(TENBO), *map(str, args)], capture_output=True, text=True, timeout=240)
    if done.returncode != status:
        raise AssertionError(f"tenbo {' '.join(map(str, args))}: status {done.returncode}, expected {status}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


def tenbo_json(*args, status=0):
    return json.loads(tenbo(*args, "--json", status=status).stdout)


def pad(data, fill):
    return data + fill * (-len(data) % 4)


def glb(document, binary):
    text, binary = pad(json.dumps(document).encode(), b" "), pad(binary, b"\0")
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def box(size=20.0, material=None):
    """A box of x and z +-size/2 and y (up) 0 to size, as two features: 0 the east half's vertices, 1 the west half's."""
    h = size / 2
    corners = [(x, y, z) for x in (-h, h) for y in (0, size) for z in (-h, h)]
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    indices = [i for q in quads for i in (q[0], q[1], q[2], q[0], q[2], q[3])]
    ids = [1 if c[0] < 0 else 0 for c in corners]
    names = b"east tower" + b"west"
    binary = struct.pack("<24f", *(v for c in corners for v in c)) + struct.pack("<36H", *indices) + struct.pack("<8f", *ids)
    binary += struct.pack("<3I", 0, 10, 14) + names
    views, at = [], 0
    for length in (96, 72, 32, 12, 14):
        views.append({"buffer": 0, "byteOffset": at, "byteLength": length})
        at += length
    primitive = {"attributes": {"POSITION": 0, "_FEATURE_ID_0": 2}, "indices": 1,
                 "extensions": {"EXT_mesh_features": {"featureIds": [{"featureCount": 2, "attribute": 0, "propertyTable": 0}]}}}
    document = {
        "asset": {"version": "2.0"}, "extensionsUsed": ["EXT_mesh_features", "EXT_structural_metadata"], "nodes": [{"mesh": 0}], "meshes": [{"primitives": [primitive]}],
        "extensions": {"EXT_structural_metadata": {
            "schema": {"id": "s", "classes": {"house": {"properties": {"name": {"type": "STRING"}}}}},
            "propertyTables": [{"class": "house", "count": 2, "properties": {"name": {"values": 4, "stringOffsets": 3}}}]}},
        "buffers": [{"byteLength": len(binary)}], "bufferViews": views,
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3"}, {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"},
                      {"bufferView": 2, "componentType": 5126, "count": 8, "type": "SCALAR"}],
    }
    if material:
        document["materials"] = [material]
        primitive["material"] = 0
    return glb(document, binary)


def east_north_up():
    """Column-major: the local frame at LON, LAT, HEIGHT, by differences of cct's geocentric coordinates."""
    def ecef(lon, lat, height):
        out = subprocess.run(["cct", "-d", "6", "+proj=cart", "+ellps=WGS84"], input=f"{lon} {lat} {height}\n", capture_output=True, text=True, check=True).stdout
        return [float(v) for v in out.split()[:3]]

    def unit(a, b):
        d = [y - x for x, y in zip(a, b)]
        length = sum(v * v for v in d) ** 0.5
        return [v / length for v in d]
    here, up = ecef(LON, LAT, HEIGHT), unit(ecef(LON, LAT, HEIGHT), ecef(LON, LAT, HEIGHT + 1000))
    east = unit(ecef(LON - 1e-4, LAT, HEIGHT), ecef(LON + 1e-4, LAT, HEIGHT))
    north = [up[1] * east[2] - up[2] * east[1], up[2] * east[0] - up[0] * east[2], up[0] * east[1] - up[1] * east[0]]
    return [*east, 0, *north, 0, *up, 0, *here, 1]


class Tiles(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def tileset(self, name="tileset.json", **root):
        (self.dir / "box.glb").write_bytes(box())
        tile = {"transform": east_north_up(), "boundingVolume": {"box": [0, 0, 10, 10, 0, 0, 0, 10, 0, 0, 0, 10]}, "geometricError": 0, "refine": "ADD", "content": {"uri": "box.glb"}, **root}
        path = self.dir / name
        path.write_text(json.dumps({"asset": {"version": "1.1"}, "geometricError": 100, "root": tile}))
        return path

    def test_info_of_a_tileset(self):
        for path in (self.tileset(), self.dir):
            layer, = tenbo_json("info", path)["layers"]
            self.assertEqual((layer["kind"], layer["features"], layer["triangles"], layer["errors"]), ("buildings", 2, 12, []))
            self.assertEqual([a["name"] for a in layer["attributes"]], ["name"])
            b = layer["bounds"]
            self.assertAlmostEqual((b["west"] + b["east"]) / 2, LON, places=7)
            self.assertAlmostEqual((b["south"] + b["north"]) / 2, LAT, places=7)
            self.assertAlmostEqual(b["min_height"], HEIGHT, places=2)
            self.assertAlmostEqual(b["max_height"], HEIGHT + 20, places=2)
        self.assertEqual("ellipsoidal height", tenbo_json("info", self.dir, "--lang", "en")["vertical_datum"])

    def test_pick_gives_the_feature_and_its_attributes(self):
        path = self.tileset()
        picked = tenbo_json("pick", path, "--camera", f"{LON},{LAT},200,0,-89.9", "--size", "400x400", "--pixel", "200,200")
        self.assertEqual(picked["layer"], "tileset")
        self.assertIn(picked["attributes"]["name"], ("east tower", "west"))
        self.assertAlmostEqual(picked["position"]["height"], HEIGHT + 20, delta=0.1)
        probed = tenbo_json("probe", path, "--at", f"{LON},{LAT}")
        self.assertEqual(probed["vertical_datum"], tenbo_json("info", path)["vertical_datum"])

    def test_plain_white_is_bright(self):
        out = self.dir / "a.pgm"
        tenbo("render", self.tileset(), "-o", self.dir / "a.png", "--camera", f"{LON},{LAT},200,0,-89.9", "--size", "200x200", "--no-hud")
        subprocess.run(["gdal_translate", "-q", "-of", "PNM", "-b", "1", self.dir / "a.png", out], check=True)
        grey = out.read_bytes()[-200 * 200:]
        self.assertGreater(grey[100 * 200 + 100], 180)  # the roof, in the sun, without a material: white

    def test_a_model_stands_where_the_scene_puts_it(self):
        (self.dir / "box.glb").write_bytes(box(2.0))
        scene = self.dir / "scene.json"
        scene.write_text(json.dumps({"layers": [{"name": "m", "kind": "model", "path": "box.glb", "position": {"lon": LON, "lat": LAT, "height": 7}, "heading": 90, "scale": 3}]}))
        layer, = tenbo_json("info", scene)["layers"]
        self.assertEqual((layer["kind"], layer["triangles"], layer["warnings"]), ("model", 12, []))
        self.assertAlmostEqual(layer["bounds"]["min_height"], 7, places=3)
        self.assertAlmostEqual(layer["bounds"]["max_height"], 13, places=3)
        self.assertAlmostEqual((layer["bounds"]["north"] - layer["bounds"]["south"]) * 110950, 6, delta=0.05)

    def test_what_is_wrong_is_said(self):
        path = self.tileset(refine="NEVER")
        self.assertIn("$.root.refine", tenbo("info", path, status=1).stderr)
        path = self.tileset()
        (self.dir / "box.glb").write_bytes(box()[:100])
        self.assertIn("cut off", tenbo("info", path, status=1).stderr)
        (self.dir / "box.glb").unlink()
        self.assertIn("no such file", tenbo("info", path, status=1).stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
