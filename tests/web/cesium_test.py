#!/usr/bin/env python3
"""CesiumJS, in headless Chromium without a network, shows what tenbo bake wrote: every tile, every attribute, in its place.

The expected ids, heights and places are read from the CityGML by the XML parser here. The pictures are left in SCRATCH.

usage: cesium_test.py TENBO SCRATCH NODE_MODULES
"""
import base64
import json
import math
import pathlib
import sys
import unittest
import xml.etree.ElementTree as ET

from browser import Server, visit
from web_support import Program, footprints, need

MODULES = pathlib.Path(sys.argv[3]).resolve()
program = Program(sys.argv[1], sys.argv[2])
BLDG = "{http://www.opengis.net/citygml/building/2.0}"
GML = "{http://www.opengis.net/gml}"


def ecef(lon, lat, h):
    """WGS 84, degrees and metres."""
    lon, lat, a, e2 = math.radians(lon), math.radians(lat), 6378137.0, 0.0066943799901413165
    n = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    return (n + h) * math.cos(lat) * math.cos(lon), (n + h) * math.cos(lat) * math.sin(lon), (n * (1 - e2) + h) * math.sin(lat)


def buildings(folder):
    """id -> (measuredHeight, least and largest ECEF coordinates)."""
    out = {}
    for path in folder.glob("*.gml"):
        for b in ET.parse(path).getroot().iter(BLDG + "Building"):
            points = []
            for ring in b.iter(GML + "posList"):
                v = [float(x) for x in ring.text.split()]
                points += [ecef(v[i + 1], v[i], v[i + 2]) for i in range(0, len(v), 3)]
            box = [[f(p[k] for p in points) for k in range(3)] for f in (min, max)]
            out[b.get(GML + "id")] = (float(b.find(BLDG + "measuredHeight").text), box)
    return out


class Cesium(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.city = program.city(300)
        cls.houses, cls.roads = footprints(program)
        cls.server = Server({"cesium": MODULES / "cesium" / "Build" / "Cesium", "tiles": program.scratch, "page": pathlib.Path(__file__).resolve().parent})

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def shown(self, name, at):
        """What the page reports of SCRATCH/NAME, after what has to hold of every tile set."""
        report = visit(self.server, f"page/cesium.html?set={name}&at={','.join(map(str, at))}", name, program.scratch)
        for view in ("far", "leaves", "near"):
            if view in report:
                (program.scratch / f"{name}_{view}.png").write_bytes(base64.b64decode(report[view]["png"].split(",")[1]))
        self.assertEqual(report["errors"], [])
        self.assertEqual(report["failed"], [])
        self.assertEqual(self.server.refused, [])
        for view in ("far", "leaves", "near"):
            self.assertTrue(report[view]["settled"], view)
            self.assertGreater(report[view]["ready"], 0, view)
        tree = json.loads((program.scratch / name / "tileset.json").read_text())["root"]
        leaves = []
        stack = [tree]
        while stack:
            tile = stack.pop()
            stack += tile.get("children", [])
            if "children" not in tile:
                leaves.append(tile["content"]["uri"])
        self.assertEqual(sorted(report["features"]), sorted(leaves))
        return report

    def test_a_city_stands_where_it_is_with_its_attributes(self):
        source = buildings(self.city / "udx" / "bldg")
        program.bake("city", self.city)
        middles = [[(low[k] + high[k]) / 2 for k in range(3)] for _, (low, high) in source.values()]
        amid = max(middles, key=lambda m: sum(math.dist(m, other) < 100 for other in middles))
        report = self.shown("city", amid)
        rows = [row for tile in report["features"].values() for row in tile]
        found = {row["id"]: row["bldg_measuredHeight"] for row in rows if row["class"] == "bldg:Building"}
        self.assertEqual(found, {id: height for id, (height, _) in source.items()})
        self.assertLessEqual({"brid:Bridge", "tran:Road", "wtr:WaterBody"}, {row["class"] for row in rows})
        far, leaves, near = report["far"], report["leaves"], report["near"]
        self.assertLess(far["triangles"], leaves["triangles"])
        self.assertGreater(leaves["textures"], 0)
        for view, least in ((far, 0.05), (leaves, 0.05), (near, 0.3)):
            self.assertGreater(view["drawn"], least)
            self.assertGreater(view["middle"], 0.05)
        self.assertGreater(near["colours"], 1000)  # pictures on the walls
        self.assertTrue(any(c["class"] == "wtr:WaterBody" for c in leaves["clicks"]))
        # what is clicked at is in the source at that place, to what a pixel and the depth buffer can tell
        clicked = [c for c in near["clicks"] if c["class"] == "bldg:Building" and "place" in c]
        self.assertGreater(len({c["id"] for c in clicked}), 5)
        for c in clicked:
            low, high = source[c["id"]][1]
            self.assertTrue(all(low[k] - 3 <= c["place"][k] <= high[k] + 3 for k in range(3)), f"{c}: not within {low}, {high}")

    def test_footprints_with_every_kind_of_attribute(self):
        program.bake("houses", self.houses, self.roads)
        report = self.shown("houses", ecef(138.462, 35.03, 0))
        rows = [row for tile in report["features"].values() for row in tile]
        wanted = [f["properties"] for f in json.loads(self.houses.read_text(encoding="utf-8"))["features"]]
        names = {"u540Du524D": "名前", "height": "height", "built_on": "built on", "wide": "wide", "price": "price", "kept": "kept", "use_kind": "use/kind", "_0th": "0th"}
        found = sorted((row for row in rows if "height" in row), key=lambda row: row["_0th"])
        self.assertEqual(len(found), len(wanted))
        for row, source in zip(found, wanted):
            for id, name in names.items():
                value = source[name]
                if name == "built on":
                    value = value.replace("-", "/") if "/" in row[id] else value
                if name == "wide":
                    self.assertEqual(str(row[id]), str(value))
                elif value is None or value == "":
                    self.assertIn(row.get(id), (None, "", "no data"), name)
                else:
                    self.assertEqual(row[id], value, name)
            self.assertEqual(row["empty"], "")
        place = {row["id"]: row["_0th"] for row in found}
        clicked = [c for c in report["near"]["clicks"] if c["id"] in place and "place" in c]
        self.assertGreater(len(clicked), 5)
        for c in clicked:
            i = place[c["id"]]
            corners = [ecef(138.45 + (i % 60) * 4e-4 + x, 35.02 + (i // 60) * 4e-4 + y, z) for x in (0, 2e-4) for y in (0, 1e-4) for z in (0, 3 + i % 40)]
            self.assertTrue(all(min(p[k] for p in corners) - 2 <= c["place"][k] <= max(p[k] for p in corners) + 2 for k in range(3)), f"house {i} clicked at {c['place']}")
        self.assertEqual(sorted(row["lanes"] for row in rows if row.get("lanes") is not None), list(range(9)))


if __name__ == "__main__":
    need("chromium", MODULES)
    unittest.main(argv=sys.argv[:1], verbosity=2)
