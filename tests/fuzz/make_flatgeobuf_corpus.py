#!/usr/bin/env python3
"""Writes corpus/flatgeobuf with ogr2ogr: small files of each kind of shape, single features cut out of them, and GeoPackage's blobs."""
import json
import pathlib
import sqlite3
import struct
import subprocess
import tempfile

here = pathlib.Path(__file__).parent / "corpus" / "flatgeobuf"
here.mkdir(parents=True, exist_ok=True)


def ring(x, y, size, z):
    return [[x + size * u, y + size * v] + z for u, v in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]


def feature(n, shape, z):
    places = {"Point": [139 + n, 35] + z, "LineString": ring(139, 35, 1, z), "Polygon": [ring(139, 35, 1, z), ring(139.2, 35.2, 0.1, z)],
              "MultiPolygon": [[ring(139, 35, 1, z)], [ring(141, 35, 1, z), ring(141.2, 35.2, 0.1, z)]]}
    return {"type": "Feature", "properties": {"name": f"家{n}", "year": 1900 + n, "height": 3.5 * n, "wood": n % 2 == 0, "note": None if n else ""},
            "geometry": None if n == 2 else {"type": shape, "coordinates": places[shape]}}


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for shape in ("Point", "LineString", "Polygon", "MultiPolygon"):
        for z in ([], [12.5]):
            (folder / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature(n, shape, z) for n in range(3)]}))
            name = shape.lower() + ("_z" if z else "")
            subprocess.run(["ogr2ogr", "-f", "FlatGeobuf", "-lco", "SPATIAL_INDEX=" + ("NO" if z else "YES"), str(folder / f"{name}.fgb"), str(folder / "a.geojson")], check=True)
            subprocess.run(["ogr2ogr", "-f", "GPKG", str(folder / f"{name}.gpkg"), str(folder / "a.geojson"), "-nln", "a"], check=True)
            (here / name).write_bytes((folder / f"{name}.fgb").read_bytes())
            (here / f"{name}_blob").write_bytes(sqlite3.connect(folder / f"{name}.gpkg").execute("SELECT geom FROM a").fetchone()[0])
polygon = (here / "polygon_z").read_bytes()
first = 12 + struct.unpack_from("<I", polygon, 8)[0]
(here / "feature").write_bytes(polygon[first + 4:first + 4 + struct.unpack_from("<I", polygon, first)[0]])
(here / "cut").write_bytes(polygon[:-30])
(here / "long").write_bytes(polygon[:first] + struct.pack("<I", 0xFFFFFFF0) + polygon[first + 4:])
