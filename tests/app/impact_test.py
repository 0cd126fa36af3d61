#!/usr/bin/env python3
"""app.impact: the figures of `tenbo impact` against the same worked out with GDAL's tools and SQL (SpatiaLite's areas)."""
import csv
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import tiles_test

TENBO, WORK = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
FROM = [1e-6, 0.5, 3, 5, 10, 20]  # m, MLIT's depth classes


def run(*command, status=0):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != status:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return done.stdout


def impact(scene, *options, status=0):
    return json.loads(run(TENBO, "impact", scene, *options, "--json", "--lang", "en", status=status))


def footprints(folder):
    """gml:id and ring (lon, lat) of every building, from the text of its LOD 0 outline."""
    out = []
    for path in sorted(folder.rglob("*.gml")):
        for building in re.findall(r'<bldg:Building gml:id="(.*?)</bldg:Building>', path.read_text(), re.S):
            ring = re.search(r"<bldg:lod0\w+>.*?<gml:posList>(.*?)</gml:posList>", building, re.S)
            n = [float(v) for v in ring.group(1).split()]
            place = re.search(r'name="町丁目"><gen:value>(.*?)<', building)
            out.append((building.split('"')[0], [(n[i + 1], n[i]) for i in range(0, len(n), 3)], place.group(1) if place else ""))
    return out


def polygons(path, features):
    """(ring, attributes) as GeoJSON."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": dict(a, x0=min(p[0] for p in r), x1=max(p[0] for p in r), y0=min(p[1] for p in r), y1=max(p[1] for p in r)),
         "geometry": {"type": "Polygon", "coordinates": [r]}} for r, a in features]}))


def grid_of(raster):
    info = json.loads(run("gdalinfo", "-json", raster))
    return info["size"], info["geoTransform"], [b.get("noDataValue") for b in info["bands"]]


def values_of(raster, band):
    """Row by row from the north, by gdal_translate."""
    lines = run("gdal_translate", "-q", "-of", "XYZ", "-b", band, raster, "/vsistdout/").splitlines()
    return [float(line.split()[2]) for line in lines]


def shares(work, name, assets, raster, band):
    """{asset: {class or None: share of area}} by SpatiaLite, cells being polygons with their class."""
    (w, h), g, nodata = grid_of(raster)
    values = values_of(raster, band)
    cells = {}
    for _, ring, _ in assets:
        columns = [int((x - g[0]) // g[1]) for x, _ in ring]
        rows = [int((y - g[3]) // g[5]) for _, y in ring]
        for r in range(max(0, min(rows)), min(h - 1, max(rows)) + 1):
            for c in range(max(0, min(columns)), min(w - 1, max(columns)) + 1):
                v = values[r * w + c]
                cells[r, c] = -1 if v == nodata[band - 1] or v != v else sum(v >= f for f in FROM)
    polygons(work / f"{name}_assets.geojson", [(ring, {"n": i}) for i, (_, ring, _) in enumerate(assets)])
    box = lambda r, c: [(g[0] + a * g[1], g[3] + b * g[5]) for a, b in ((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1), (c, r))]
    polygons(work / f"{name}_places.geojson", [(box(*at), {"k": k}) for at, k in cells.items()])
    return by_sql(work, name, len(assets))


def by_sql(work, name, assets):
    layer = lambda f: f'<OGRVRTLayer name="{f}"><SrcDataSource>{work / f"{name}_{f}.geojson"}</SrcDataSource><SrcLayer>{name}_{f}</SrcLayer></OGRVRTLayer>'
    (work / f"{name}.vrt").write_text(f"<OGRVRTDataSource>{layer('assets')}{layer('places')}</OGRVRTDataSource>")
    sql = ("SELECT a.n AS n, p.k AS k, SUM(ST_Area(ST_Intersection(a.geometry, p.geometry)) / ST_Area(a.geometry)) AS share FROM assets a, places p "
           "WHERE a.x0 <= p.x1 AND p.x0 <= a.x1 AND a.y0 <= p.y1 AND p.y0 <= a.y1 GROUP BY a.n, p.k")
    found = [{} for _ in range(assets)]
    for row in csv.DictReader(io.StringIO(run("ogr2ogr", "-f", "CSV", "/vsistdout/", work / f"{name}.vrt", "-dialect", "SQLite", "-sql", sql))):
        if float(row["share"] or 0) > 0:
            found[int(row["n"])][int(row["k"])] = float(row["share"])
    return found


def largest(found, dry):
    """The rule in words: the class that covers most; ties to the more dangerous; unknown where nothing known touches."""
    if not found:
        return "outside"
    touched = {k: s for k, s in found.items() if k > 0}
    if touched:
        most = max(touched.values())
        return max(k for k, s in touched.items() if s > most - 1e-6)
    return "unknown" if -1 in found and not dry else 0


class Impact(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        cls.city = WORK / "city"
        run(TENBO, "make-city", cls.city, "--buildings", "300")
        cls.assets = footprints(cls.city / "udx/bldg")
        cls.demo = cls.city / "demo.json"
        cls.labels = [c["class"] for c in impact(cls.demo, "--hazard", "flood", "--assets", "buildings")["rules"]["classes"]]

    def scene(self, name, *layers):
        path = self.city / f"{name}.json"
        path.write_text(json.dumps({"title": {"en": name}, "vertical_datum": "orthometric", "layers": [
            {"name": "buildings", "kind": "buildings", "path": "udx/bldg"}, *layers]}))
        return path

    def counts(self, classes):
        out = {}
        for c in classes:
            if c not in (0, "unknown", "outside"):
                out[self.labels[c - 1]] = out.get(self.labels[c - 1], 0) + 1
        return out

    def check(self, answer, classes):
        rows = {}
        for row in answer["rows"]:
            rows[row["class"]] = rows.get(row["class"], 0) + row["count"]
            self.assertEqual(row["min"], row["count"])
            self.assertEqual(row["max"], row["count"])
        self.assertEqual(rows, self.counts(classes))
        self.assertEqual(answer["unknown"], classes.count("unknown"))
        self.assertEqual(answer["outside"], classes.count("outside"))
        self.assertEqual(answer["untouched"], classes.count(0))
        self.assertEqual(answer["total"], len(classes))

    def test_each_step_to_the_building(self):
        raster = self.city / "flood.tif"
        times = [b["description"] for b in json.loads(run("gdalinfo", "-json", raster))["bands"]]
        seen = set()
        for band in (1, len(times) // 2, len(times)):
            found = [largest(f, True) for f in shares(WORK, f"step{band}", self.assets, raster, band)]
            seen |= set(found)
            self.check(impact(self.demo, "--hazard", "flood", "--assets", "buildings", "--time", times[band - 1]), found)
        self.assertGreater(len(seen), 3, "the test's forecast should show several classes")

    def test_no_data_is_unknown_unless_declared(self):
        run("gdal_translate", "-q", "-b", "12", "-of", "AAIGrid", self.city / "flood.tif", WORK / "plain.asc")
        (WORK / "plain.asc.aux.xml").unlink(missing_ok=True)  # what the city says of its forecast: that no data is dry, among it
        run("gdal_translate", "-q", "-a_srs", "EPSG:6668", WORK / "plain.asc", self.city / "plain.tif")
        found = shares(WORK, "plain", self.assets, self.city / "plain.tif", 1)
        field = {"name": "depth", "kind": "field", "path": "plain.tif", "quantity": "water depth", "unit": "m", "style": {"palette": "flood-depth"}}
        for dry in (False, True):
            answer = impact(self.scene(f"plain{dry}", dict(field, nodata_is_dry=dry)), "--hazard", "depth", "--assets", "buildings")
            classes = [largest(f, dry) for f in found]
            self.check(answer, classes)
            self.assertEqual("unknown" in classes, not dry)
            self.assertIsNone(answer["rows"][0]["time"])

    def test_a_projected_grid(self):
        """Cells stand slanted against the meridians: by areas in the grid's own CRS."""
        run("gdal_translate", "-q", "-b", "12", self.city / "flood.tif", WORK / "one.tif")
        run("gdalwarp", "-q", "-t_srs", "EPSG:6676", "-tr", "17", "17", "-r", "near", WORK / "one.tif", self.city / "plane.tif")
        lines = run("bash", "-c", "gdaltransform -output_xy -s_srs EPSG:6668 -t_srs EPSG:6676 <<'E'\n" + "\n".join(f"{x!r} {y!r}" for _, ring, _ in self.assets for x, y in ring) + "\nE").split()
        points = iter(zip(map(float, lines[::2]), map(float, lines[1::2])))
        moved = [(i, [next(points) for _ in ring], p) for i, ring, p in self.assets]
        classes = [largest(f, False) for f in shares(WORK, "plane", moved, self.city / "plane.tif", 1)]
        scene = self.scene("plane", {"name": "depth", "kind": "field", "path": "plane.tif", "nodata_is_dry": False, "style": {"palette": "flood-depth"}})
        answer = impact(scene, "--hazard", "depth", "--assets", "buildings")
        if answer["unknown"] == 0:  # the file's own word that no data is dry went along
            classes = [0 if c == "unknown" else c for c in classes]
        self.check(answer, classes)

    def test_groups_and_times_sum_up(self):
        answer = impact(self.demo, "--hazard", "flood", "--assets", "buildings", "--all-times", "--by", "町丁目")
        names = {p for _, _, p in self.assets}
        self.assertLessEqual({r["group"] for r in answer["rows"]}, names)
        for step in answer["steps"]:
            rows = [r["count"] for r in answer["rows"] if r["time"] == step["time"]]
            self.assertEqual(sum(rows), step["touched"])
            self.assertEqual(sum(step[k] for k in ("touched", "untouched", "unknown", "outside", "unplaced")), len(self.assets))
        # a building is first touched once, and has one worst class
        self.assertEqual(sum(r["count"] for r in answer["first_touched"]), sum(r["count"] for r in answer["worst"]))
        self.assertEqual(sum(r["count"] for r in answer["worst"]), answer["touched"])
        times = [f["time"] for f in answer["first"]]
        self.assertEqual(times, sorted(times))
        self.assertLessEqual(max(s["touched"] for s in answer["steps"]), answer["touched"])

    def test_areas_with_classes_are_a_hazard(self):
        """Districts as zones of two classes by word."""
        zones = json.loads((self.city / "districts.geojson").read_text())["features"]
        names = sorted({z["properties"]["name"] for z in zones})
        high, low = set(names[::3]), set(names[1::3])
        style = {"attribute": "name", "classes": [{"value": n, "colour": "#ffff00"} for n in sorted(low)] + [{"value": n, "colour": "#aa00aa"} for n in sorted(high)]}
        order = [c["value"] for c in style["classes"]]
        rings = []
        for z in zones:
            parts = [z["geometry"]["coordinates"]] if z["geometry"]["type"] == "Polygon" else z["geometry"]["coordinates"]
            name = z["properties"]["name"]
            rings += [(p[0], {"k": order.index(name) + 1 if name in order else 0}) for p in parts]
            self.assertTrue(all(len(p) == 1 for p in parts), "the test's SQL knows no holes")
        polygons(WORK / "zones_places.geojson", rings)
        polygons(WORK / "zones_assets.geojson", [(ring, {"n": i}) for i, (_, ring, _) in enumerate(self.assets)])
        classes = [largest(f, False) for f in by_sql(WORK, "zones", len(self.assets))]
        answer = impact(self.scene("zones", {"name": "zones", "kind": "vector", "path": "districts.geojson", "style": style}), "--hazard", "zones", "--assets", "buildings")
        expected = {}
        for c in classes:
            if isinstance(c, int) and c > 0:
                expected[order[c - 1]] = expected.get(order[c - 1], 0) + 1
        self.assertTrue(expected)
        self.assertEqual({r["class"]: r["count"] for r in answer["rows"]}, expected)
        self.assertEqual(answer["outside"], classes.count("outside"))

    def test_people_are_spread_over_their_cells(self):
        """Two cells of people of which the flood covers what SpatiaLite says."""
        (w, h), g, _ = grid_of(self.city / "flood.tif")
        x = [g[0] + g[1] * w * k / 4 for k in range(5)]
        y = [g[3] + g[5] * h * k / 3 for k in range(4)]
        cells = [([(x[c], y[r]), (x[c + 1], y[r]), (x[c + 1], y[r + 1]), (x[c], y[r + 1]), (x[c], y[r])], 10 + 7 * (4 * r + c)) for r in range(3) for c in range(4)]
        polygons(self.city / "people.geojson", [(ring, {"people": n}) for ring, n in cells] + [(cells[0][0], {"people": None})])
        times = [b["description"] for b in json.loads(run("gdalinfo", "-json", self.city / "flood.tif"))["bands"]]
        raster, values = self.city / "flood.tif", values_of(self.city / "flood.tif", len(times))
        expected = [0.0] * 7
        for i, (_, n) in enumerate(cells):
            c, r = i % 4, i // 4
            for row in range(h):
                for column in range(w):
                    part = max(0, min(column + 1, (c + 1) * w / 4) - max(column, c * w / 4)) * max(0, min(row + 1, (r + 1) * h / 3) - max(row, r * h / 3))
                    if part:
                        v = values[row * w + column]
                        expected[sum(v >= f for f in FROM) if v != -9999 else 0] += n * part / (w * h / 12)
        scene = self.scene("people", {"name": "people", "kind": "vector", "path": "people.geojson"},
                           {"name": "flood", "kind": "field", "path": "flood.tif", "nodata_is_dry": True, "style": {"palette": "flood-depth"}})
        answer = impact(scene, "--hazard", "flood", "--assets", "people", "--weight", "people", "--time", times[-1])
        found = {r["class"]: r["count"] for r in answer["rows"]}
        for k, label in enumerate(self.labels, 1):
            self.assertAlmostEqual(found.get(label, 0), expected[k], places=2)
        self.assertEqual(answer["without_weight"], 1)
        self.assertEqual(answer["total"], sum(n for _, n in cells))

    def test_sources_and_rules_are_said(self):
        answer = impact(self.demo, "--hazard", "flood", "--assets", "buildings")
        hazard = answer["sources"][0]
        self.assertIn("Tenbo River Office", hazard["source"])
        self.assertEqual((hazard["unit"], hazard["certainty"], hazard["issue_time"]), ("m", "simulated", "2026-09-12T20:30:00Z"))
        self.assertIn("MLIT", answer["rules"]["source"])
        rows = list(csv.DictReader(io.StringIO(run(TENBO, "impact", self.demo, "--hazard", "flood", "--assets", "buildings", "--csv", "--lang", "en"))))
        self.assertEqual([int(r["count"]) for r in rows if r["class"] in self.labels], [r["count"] for r in answer["rows"]])
        self.assertEqual([int(r["count"]) for r in rows if r["class"] == "outside"], [answer["outside"]] if answer["outside"] else [])
        self.assertTrue(all("Tenbo River Office" in r["source"] and r["certainty"] == "simulated" for r in rows))

    def test_the_same_from_tiles_of_a_bake(self):
        """Every leaf is read, whatever a view would need of it. A bake has no outlines: its roofs stand for them."""
        run(TENBO, "bake", self.city / "udx/bldg", "-o", WORK / "baked")
        plain = impact(self.demo, "--hazard", "flood", "--assets", "buildings", "--all-times")
        scene = self.city / "tiles.json"
        flood = {"name": "flood", "kind": "field", "path": "flood.tif", "nodata_is_dry": True, "style": {"palette": "flood-depth"}}
        scene.write_text(json.dumps({"layers": [{"name": "buildings", "kind": "buildings", "path": str(WORK / "baked/tileset.json"), "stream": True}, flood]}))
        baked = impact(scene, "--hazard", "flood", "--assets", "buildings", "--all-times")
        self.assertEqual(baked["total"], plain["total"])
        for a, b in zip(plain["steps"], baked["steps"]):
            self.assertAlmostEqual(a["touched"], b["touched"], delta=3)

    def test_what_a_finer_tile_replaces_is_no_asset(self):
        """A tile of two features in the place of another of two."""
        where = WORK / "levels"
        where.mkdir()
        for name in ("coarse.glb", "fine.glb"):
            (where / name).write_bytes(tiles_test.box())
        tile = {"boundingVolume": {"box": [0, 0, 10, 10, 0, 0, 0, 10, 0, 0, 0, 10]}, "geometricError": 0, "content": {"uri": "fine.glb"}}
        root = {**tile, "transform": tiles_test.east_north_up(), "geometricError": 50, "refine": "REPLACE", "content": {"uri": "coarse.glb"}, "children": [tile]}
        (where / "tileset.json").write_text(json.dumps({"asset": {"version": "1.1"}, "geometricError": 100, "root": root}))
        scene = self.city / "levels.json"
        flood = {"name": "flood", "kind": "field", "path": "flood.tif", "nodata_is_dry": True, "style": {"palette": "flood-depth"}}
        scene.write_text(json.dumps({"layers": [{"name": "buildings", "kind": "buildings", "path": str(where / "tileset.json"), "stream": True}, flood]}))
        self.assertEqual(impact(scene, "--hazard", "flood", "--assets", "buildings")["total"], 2)

    def sql(self, gpkg, text):
        return list(csv.DictReader(io.StringIO(run("ogr2ogr", "-f", "CSV", "/vsistdout/", gpkg, "-dialect", "SQLite", "-sql", text))))

    def test_a_geopackage_of_all_assets(self):
        """Asked by SQL through GDAL; classes by SpatiaLite's areas, as above, and the greatest depth by the cells that each touches."""
        raster = self.city / "flood.tif"
        times = [b["description"] for b in json.loads(run("gdalinfo", "-json", raster))["bands"]]
        band = len(times) // 2
        gpkg = WORK / "step.gpkg"
        answer = impact(self.demo, "--hazard", "flood", "--assets", "buildings", "--by", "町丁目", "--time", times[band - 1], "--gpkg", gpkg)
        found = [largest(f, True) for f in shares(WORK, "gpkg", self.assets, raster, band)]
        rows = {r["id"]: r for r in self.sql(gpkg, "SELECT * FROM impact")}
        self.assertEqual(len(rows), len(self.assets))
        for (i, _, district), c in zip(self.assets, found):
            self.assertEqual(rows[i]["class"], self.labels[c - 1] if isinstance(c, int) and c > 0 else {0: "untouched"}.get(c, c), i)
            self.assertEqual(rows[i]["group"], district)
        self.assertEqual({r["source"] for r in rows.values()}, {answer["sources"][0]["source"]})
        kinds = self.sql(gpkg, "SELECT class, COUNT(*) AS n, SUM(ST_Area(geom)) > 0 AS areas FROM impact GROUP BY class")
        self.assertEqual({k["class"]: int(k["n"]) for k in kinds if k["class"] in self.labels}, {r: sum(x["count"] for x in answer["rows"] if x["class"] == r) for r in {x["class"] for x in answer["rows"]}})
        self.assertTrue(all(k["areas"] == "1" for k in kinds))

        gpkg = WORK / "all.gpkg"
        answer = impact(self.demo, "--hazard", "flood", "--assets", "buildings", "--all-times", "--gpkg", gpkg)
        for row in answer["first_touched"]:
            self.assertGreater(row["count"], 0)
        by_time = {r["first_touched"]: int(r["n"]) for r in self.sql(gpkg, "SELECT first_touched, COUNT(*) AS n FROM impact WHERE first_touched IS NOT NULL GROUP BY first_touched")}
        expected = {}
        for row in answer["first_touched"]:
            expected[row["time"]] = expected.get(row["time"], 0) + row["count"]
        self.assertEqual(by_time, expected)

    def test_who_to_close_first(self):
        """Roads as lines whose ends lie in a cell or two: the cells that each goes through are known from the numbers, and their depths from gdal_translate."""
        raster = self.city / "flood.tif"
        (w, h), g, _ = grid_of(raster)
        times = [b["description"] for b in json.loads(run("gdalinfo", "-json", raster))["bands"]]
        values = [values_of(raster, b + 1) for b in range(len(times))]
        wet = sorted((max(v[k] for v in values), k) for k in range(w * h) if max(v[k] for v in values) > 0.05 and k % w < w - 2)
        picked = [k for _, k in wet[:: max(1, len(wet) // 60)]]
        roads = [{"type": "Feature", "properties": {"name": f"road {n}"}, "geometry": {"type": "LineString", "coordinates": [
            [g[0] + (k % w + 0.25) * g[1], g[3] + (k // w + 0.5) * g[5]], [g[0] + (k % w + 1.75) * g[1], g[3] + (k // w + 0.5) * g[5]]]}} for n, k in enumerate(picked)]
        (self.city / "lines.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": roads}))
        scene = self.scene("lines", {"name": "lines", "kind": "vector", "path": "lines.geojson"},
                           {"name": "flood", "kind": "field", "path": "flood.tif", "nodata_is_dry": True, "style": {"palette": "flood-depth"}})
        answer = impact(scene, "--hazard", "flood", "--assets", "lines", "--rank", "--vehicle", "four_wheel_drive")
        limits = {v["vehicle"]: v["impassable_from"] for v in answer["rules"]["passability"]["vehicles"]}
        self.assertEqual(limits["four_wheel_drive"], 0.5)
        self.assertTrue(all(v["source"] for v in answer["rules"]["passability"]["vehicles"]))
        depth = {f"road {n}": [max(v[k], v[k + 1]) for v in values] for n, k in enumerate(picked)}
        first = lambda name, from_: next((s for s, d in enumerate(depth[name]) if d >= from_), None)
        time = lambda s: None if s is None else times[s]
        self.assertEqual({r["name"] for r in answer["ranking"]}, set(depth))
        for r in answer["ranking"]:
            self.assertAlmostEqual(r["greatest"], max(depth[r["name"]]), places=4)
            for vehicle, limit in limits.items():
                self.assertEqual(r["closed"][vehicle], time(first(r["name"], limit)), (r["name"], vehicle))
            self.assertEqual(r["first_touched"], time(first(r["name"], 1e-6)))
        never = len(times)
        order = [(never if first(r["name"], 0.5) is None else first(r["name"], 0.5), first(r["name"], 1e-6)) for r in answer["ranking"]]
        self.assertEqual(order, sorted(order))
        self.assertGreater(len({o[0] for o in order}), 2, "the test's roads should close at several times")
        done = subprocess.run([TENBO, "impact", str(scene), "--hazard", "flood", "--assets", "lines", "--rank", "--vehicle", "lorry"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("four_wheel_drive", done.stderr)

    def test_bridges_say_their_condition(self):
        """By the inspection's records, as the demo's own file has them."""
        records = [f["properties"] for f in json.loads((self.city / "bridges.geojson").read_text())["features"]]
        grades = {p["橋梁名"]: {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV"}.get(p.get("判定区分"), "not inspected") for p in records}
        answer = impact(self.demo, "--hazard", "flood", "--assets", "inspection", "--rank")
        self.assertTrue(answer["ranking"])
        self.assertEqual([r["condition"] for r in answer["ranking"]], [grades[r["name"]] for r in answer["ranking"]])
        key = lambda r: (r["closed"]["any"] or "9", r["first_touched"], ["IV", "III", "not inspected", "II", "I", "exempt"].index(r["condition"]))
        self.assertEqual([key(r) for r in answer["ranking"]], sorted(key(r) for r in answer["ranking"]))

    def test_what_cannot_be_is_refused_by_name(self):
        for options, words in (((("--hazard", "flod"), ("--assets", "buildings")), "did you mean \"flood\""),
                               ((("--hazard", "flood"), ("--assets", "terrain")), "no features"),
                               ((("--hazard", "buildings"), ("--assets", "buildings")), "no hazard"),
                               ((("--hazard", "flood"), ("--assets", "buildings"), ("--by", "bldg:usag")), "bldg:usage"),
                               ((("--hazard", "flood"), ("--assets", "buildings"), ("--time", "2020-01-01T00:00:00Z")), "nothing is forecast yet")):
            done = subprocess.run([TENBO, "impact", str(self.demo), "--json", *(w for pair in options for w in pair)], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1, options)
            self.assertIn(words, done.stderr)
            answer = json.loads(done.stdout)
            self.assertEqual((answer["rows"], answer["unknown"]), ([], None))


if __name__ == "__main__":
    unittest.main()
