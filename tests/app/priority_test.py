#!/usr/bin/env python3
"""app.priority: `tenbo priority` and `tenbo sheet`. Ways round are worked out here by the ellipsoid's radii, scores by the table of
docs/guide/priority.md, files are read with GDAL's and poppler's programs."""
import csv
import io
import json
import math
import pathlib
import shutil
import subprocess
import sys
import unittest

TENBO, WORK = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
LON, LAT, STEP = 139.0, 35.0, 0.002  # degrees


def run(*command, status=0):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != status:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return done.stdout if status == 0 else done.stderr


def radii(lat):
    """Metres a degree of longitude and of latitude on WGS 84."""
    a, f = 6378137.0, 1 / 298.257223563
    e2, s = f * (2 - f), math.sin(math.radians(lat))
    w = 1 - e2 * s * s
    return math.radians(1) * a / math.sqrt(w) * math.cos(math.radians(lat)), math.radians(1) * a * (1 - e2) / w ** 1.5


def at(x, y):
    return [LON + STEP * x, LAT + STEP * y]


def features(path, kind, items):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": p, "geometry": {"type": kind, "coordinates": c}} for p, c in items]}))


class Priority(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        # A bridge with a short way round in the north, which is under water, and a long one in the south; a dead end in the west.
        features(WORK / "roads.geojson", "LineString", [
            ({"n": 1}, [at(0, 0), at(2, 0)]), ({"n": 2}, [at(0, 0), at(0, 1), at(2, 1), at(2, 0)]),
            ({"n": 3}, [at(0, 0), at(0, -3), at(2, -3), at(2, 0)]), ({"n": 4}, [at(0, 0), at(-2, 0)])])
        ledger = {"点検年度": 2024, "出典": "City ledger"}
        features(WORK / "bridges.geojson", "Point", [
            (dict(ledger, 施設ID="mid", 施設名="中央橋", 判定区分="Ⅲ", 交通量=49999), at(1, 0)), (dict(ledger, 施設ID="end", 施設名="西橋", 判定区分="Ⅳ"), at(-1, 0)),
            (dict(ledger, 施設ID="off", 施設名="離橋", 判定区分="Ⅱ", 緊急輸送道路="第1次"), at(1, 3)), (dict(ledger, 施設ID="far", 施設名="遠橋", 判定区分="", 点検年度=""), at(900, 0))])
        rows = [["0.5" if y == 11 else "0.1" if y == 10 else "0" for x in range(40)] for y in range(39, -1, -1)]  # rows from y = -4.5 to 5.5 half steps, 0.5 m on y = 1
        (WORK / "depth.asc").write_text(f"ncols 40\nnrows 40\nxllcorner {LON - STEP * 10:.6f}\nyllcorner {LAT - STEP * 10.25:.6f}\ncellsize {STEP:.6f}\nNODATA_value -9999\n" + "\n".join(" ".join(r) for r in rows) + "\n")
        run("gdal_translate", "-q", "-a_srs", "EPSG:4326", WORK / "depth.asc", WORK / "depth.tif")
        cls.scene = WORK / "scene.json"
        cls.scene.write_text(json.dumps({
            "priority": {"structures": "bridges", "hazards": ["flood"], "roads": {"layer": "roads"}},
            "layers": [{"name": "flood", "title": {"ja": "浸水", "en": "Flood"}, "plugin": "hazard_flood",
                        "parameters": {"path": str(WORK / "depth.tif"), "source": "River office", "issue_time": "2026-09-13T05:30:00+09:00"}},
                       {"name": "roads", "kind": "vector", "path": str(WORK / "roads.geojson"), "source": "Road map"},
                       {"name": "bridges", "kind": "inspection", "plugin": "infra_inspection", "parameters": {"path": str(WORK / "bridges.geojson")}}]}))

    def ranked(self, *options):
        return json.loads(run(TENBO, "priority", self.scene, *options, "--time", "2026-09-13T06:00:00+09:00", "--json", "--lang", "en"))

    def test_detours(self):
        rows = {r["id"]: r for r in self.ranked()["ranking"]}
        north = radii(LAT + STEP / 2)[1] * STEP
        top = 2 * STEP * radii(LAT + STEP)[0]
        direct = 2 * STEP * radii(LAT)[0]
        mid = rows["mid"]
        self.assertEqual(mid["detour"]["around"], "found")
        self.assertAlmostEqual(mid["detour"]["metres"], top + 2 * north, delta=0.05)
        self.assertAlmostEqual(mid["detour"]["extra_metres"], top + 2 * north - direct, delta=0.05)
        self.assertIsNone(mid["detour"]["extra_seconds"], "nobody stated a speed")
        south = 2 * 3 * STEP * radii(LAT - 1.5 * STEP)[1] + 2 * STEP * radii(LAT - 3 * STEP)[0]
        self.assertAlmostEqual(mid["detour_now"]["metres"], south, delta=0.05, msg="0.5 m of water in the north: any vehicle stops at 0.3 m")
        self.assertEqual(rows["end"]["detour"]["around"], "none")
        self.assertEqual(rows["off"]["detour"]["around"], "not_in_network")
        self.assertEqual(rows["off"]["detour"]["words"], "the road is not in the network")

    def test_scores(self):
        rows = {r["id"]: r for r in self.ranked()["ranking"]}
        first = 1 / 6  # 0.1 m: the first of the six classes of depth
        self.assertAlmostEqual(rows["mid"]["score"], 100 * 0.75 * first * math.log(50000) / math.log(50001), places=6)
        self.assertAlmostEqual(rows["end"]["score"], 100 * 1 * first * 0.5, places=6)
        self.assertEqual(rows["off"]["score"], 0, "dry")
        self.assertAlmostEqual(rows["far"]["score"], 100 * 0.6 * 0.5 * 0.5, places=6, msg="outside of what the forecast covers: unknown")
        far = [r for r in rows["far"]["reasons"] if not r["known"]]
        self.assertEqual({r["factor"] for r in far}, {"condition", "hazard", "importance"})
        self.assertEqual([r["id"] for r in self.ranked("--touched")["ranking"]], ["far", "mid", "end"])
        self.assertEqual([r["id"] for r in self.ranked("--weights", "hazard=0,importance=0")["ranking"]], ["end", "mid", "far", "off"])
        self.assertEqual([r["id"] for r in self.ranked("--poor", "--top", "1")["ranking"]], ["far"])

    def test_files(self):
        table = list(csv.DictReader(io.StringIO(run(TENBO, "priority", self.scene, "--csv"), newline="")))
        self.assertEqual([r["id"] for r in table], [r["id"] for r in self.ranked()["ranking"]])
        self.assertEqual(next(r for r in table if r["id"] == "far")["traffic"], "", "what is not known is no number")
        run(TENBO, "priority", self.scene, "--gpkg", WORK / "list.gpkg")
        said = run("ogrinfo", "-al", "-q", WORK / "list.gpkg")
        self.assertIn("detour_now (String) = found", said)
        self.assertIn("name (String) = 中央橋", said)

    def names_scene(self):
        """Names as lists have them: a column of their own, a tag, two halves in one, and Japanese alone."""
        ledger = {"点検年度": 2024, "判定区分": "Ⅲ"}
        features(WORK / "named.geojson", "Point", [
            (dict(ledger, 施設ID="a", 施設名="中央橋", name_en="Chuo Bridge"), at(1, 0)), (dict(ledger, 施設ID="b", 施設名="西橋", **{"name:en": "West Bridge"}), at(-1, 0)),
            (dict(ledger, 施設ID="c", 施設名="離橋 / Island Bridge"), at(1, 3)), (dict(ledger, 施設ID="d", 施設名="遠橋"), at(3, 3))])
        path = WORK / "named.json"
        path.write_text(json.dumps({"priority": {"structures": "bridges"},
                                    "layers": [{"name": "bridges", "kind": "inspection", "plugin": "infra_inspection", "parameters": {"path": str(WORK / "named.geojson")}}]}))
        return path

    NAMES = {"en": {"a": "Chuo Bridge", "b": "West Bridge", "c": "Island Bridge", "d": "遠橋"}, "ja": {"a": "中央橋", "b": "西橋", "c": "離橋", "d": "遠橋"}}

    def test_names_in_tables_are_in_the_language(self):
        scene = self.names_scene()
        for language, expected in self.NAMES.items():
            table = csv.DictReader(io.StringIO(run(TENBO, "priority", scene, "--csv", "--lang", language), newline=""))
            self.assertEqual({r["id"]: r["name"] for r in table}, expected)
            text = run(TENBO, "priority", scene, "--lang", language)
            for name in expected.values():
                self.assertIn(name, text)
            pathlib.Path(WORK / "named.gpkg").unlink(missing_ok=True)
            run(TENBO, "priority", scene, "--gpkg", WORK / "named.gpkg", "--lang", language)
            said = run("ogrinfo", "-al", "-q", WORK / "named.gpkg")
            for name in expected.values():
                self.assertIn(f"name (String) = {name}\n", said)

    @unittest.skipUnless(shutil.which("pdftotext"), "poppler-utils is not installed: tools/setup installs it")
    def test_names_on_sheets_are_in_the_language(self):
        scene = self.names_scene()
        for structure in ("a", "c"):
            for language, other in (("en", "ja"), ("ja", "en")):
                page = WORK / "named.pdf"
                run(TENBO, "sheet", scene, "--structure", structure, "--lang", language, "-o", page)
                text = run("pdftotext", "-layout", page, "-")
                self.assertIn(self.NAMES[language][structure], text)
                self.assertNotIn(self.NAMES[other][structure], text)

    def test_refusals(self):
        self.assertIn("did you mean \"condition\"", run(TENBO, "priority", self.scene, "--weights", "conditon=2", status=2))
        self.assertIn("did you mean \"flood\"", run(TENBO, "priority", self.scene, "--hazard", "flod", status=1))
        self.assertIn("no inspected structures", run(TENBO, "priority", self.scene, "--assets", "roads", status=1))
        self.assertIn("there are: any, car", run(TENBO, "priority", self.scene, "--vehicle", "boat", status=2))
        self.assertIn("did you mean \"mid\"", run(TENBO, "sheet", self.scene, "--structure", "mit", "-o", WORK / "x.pdf", status=1))
        self.assertIn("no such folder", run(TENBO, "sheet", self.scene, "--structure", "mid", "-o", WORK / "no" / "x.pdf", status=1))

    @unittest.skipUnless(shutil.which("pdftotext"), "poppler-utils is not installed: tools/setup installs it")
    def test_sheet(self):
        for language, words in (("ja", ["中央橋", "判定区分 III", "浸水", "迂回", "交通量", "出典", "作成", "River office", "順位 2 / 4"]), ("en", ["中央橋", "grade III", "Flood", "way round", "Sources", "made", "City ledger", "rank 2 / 4"])):
            page = WORK / f"{language}.pdf"
            run(TENBO, "sheet", self.scene, "--structure", "mid", "--time", "2026-09-13T06:00:00+09:00", "--lang", language, "-o", page)
            text = run("pdftotext", "-layout", page, "-")
            for word in words:
                self.assertIn(word, text)
            info = run("pdfinfo", page)
            self.assertRegex(info, r"Pages:\s+1\n")
            self.assertIn("(A4)", info)
            fonts = run("pdffonts", page).splitlines()[2:]
            self.assertTrue(fonts and all(f.split()[-5:-2] == ["yes", "yes", "yes"] for f in fonts), fonts)
            self.assertIn("image", run("pdfimages", "-list", page))


if __name__ == "__main__":
    unittest.main(verbosity=2)
