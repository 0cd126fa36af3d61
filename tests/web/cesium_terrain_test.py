#!/usr/bin/env python3
"""CesiumJS, in headless Chromium without a network, stands on the terrain that tenbo bake wrote: its heights are those of the
formula that the DEM was made by. The picture is left in SCRATCH.

usage: cesium_terrain_test.py TENBO SCRATCH NODE_MODULES
"""
import base64
import math
import pathlib
import subprocess
import sys
import unittest

from browser import Server, visit
from web_support import Program, need

MODULES = pathlib.Path(sys.argv[3]).resolve()
program = Program(sys.argv[1], sys.argv[2])
WEST, SOUTH, CELL, EDGE = 138.0, 35.0, 0.0005, 200  # degrees; about 50 m


def height(lon, lat):
    x, y = (lon - WEST - 0.05) / 0.02, (lat - SOUTH - 0.05) / 0.02
    return 300 + 1500 * math.exp(-x * x - y * y)


def dem():
    lines = [f"ncols {EDGE}", f"nrows {EDGE}", f"xllcorner {WEST}", f"yllcorner {SOUTH}", f"cellsize {CELL}", "NODATA_value -9999"]
    for j in range(EDGE):
        lines.append(" ".join(f"{height(WEST + (i + 0.5) * CELL, SOUTH + (EDGE - j - 0.5) * CELL):.3f}" for i in range(EDGE)))
    text, out = program.scratch / "hill.asc", program.scratch / "hill.tif"
    text.write_text("\n".join(lines) + "\n")
    out.unlink(missing_ok=True)
    subprocess.run(["gdal_translate", "-q", "-ot", "Float32", "-a_srs", "EPSG:4326", str(text), str(out)], check=True)
    return out


class Terrain(unittest.TestCase):
    def test_the_globe_stands_at_the_dems_heights(self):
        program.bake("hill", dem())
        server = Server({"cesium": MODULES / "cesium" / "Build" / "Cesium", "tiles": program.scratch, "page": pathlib.Path(__file__).resolve().parent})
        points = [(WEST + 0.05 + dx, SOUTH + 0.05 + dy) for dx in (-0.03, -0.01, 0, 0.013) for dy in (-0.02, 0, 0.017)]
        try:
            report = visit(server, f"page/cesium_terrain.html?set=hill&at={WEST + 0.05},{SOUTH + 0.05},800&points=" + ";".join(f"{lon},{lat}" for lon, lat in points), "hill", program.scratch)
        finally:
            server.close()
        self.assertEqual(report["errors"], [])
        self.assertEqual(server.refused, [])
        (program.scratch / "hill.png").write_bytes(base64.b64decode(report["png"].split(",")[1]))
        self.assertTrue(report["settled"])
        self.assertGreaterEqual(report["deepest"], 11)
        for (lon, lat), sampled, shown in zip(points, report["sampled"], report["shown"]):
            self.assertAlmostEqual(sampled, height(lon, lat), delta=4)
            self.assertAlmostEqual(shown, height(lon, lat), delta=8)  # of whatever level is drawn there


if __name__ == "__main__":
    need("chromium", MODULES)
    unittest.main(argv=sys.argv[:1], verbosity=2)
