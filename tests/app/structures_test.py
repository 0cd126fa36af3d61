#!/usr/bin/env python3
"""app.structures: `tenbo structures` and what else is said of inspection lists and points that are not as they should be. Figures are counted here
by hand from the rows that are written; what spreadsheets take for a formula is OWASP's list ("CSV Injection")."""
import csv
import io
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

TENBO, WORK = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
LIST = "施設ID,施設名,市区町村,緯度,経度,点検年月日,判定区分,前回点検年度,前回判定区分\n" \
       "1,あ橋,甲市,35.1,139.1,2023-11-02,Ⅲ,2018,Ⅰ\n2,い橋,甲市,35.2,139.1,2021-04-01,Ⅱ,,\n3,う橋,=1+1,35.3,139.1,2024,Ⅳ,,\n"


def run(*command, status=0):
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=300)
    if done.returncode != status:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr.decode()}")
    return done


def said(*command, status=0):
    return run(*command, status=status).stderr.decode()


class Structures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        (WORK / "list.csv").write_text(LIST, encoding="utf-8")
        (WORK / "points.csv").write_text("# unit: mm\npid,lon,lat,velocity,coherence,20200101,20210101\n"
                                         "a,139.0,35.0,-3,0.9,0,-3\nb,139.001,35.0,1,87,0,1\nc,139.002,35.0,-9,,0,-9\n", encoding="utf-8")

    def scene(self, name="s.json", time="2026-09-13T09:00:00+09:00", **parameters):
        path = WORK / name
        path.write_text(json.dumps({"time": time, "layers": [{"name": "s", "plugin": "infra_inspection", "parameters": {"path": "list.csv", **parameters}}]}), encoding="utf-8")
        return path

    def test_what_no_parameter_is_is_refused_with_what_is_allowed(self):
        for wrong, words in (({"bogus": 1}, ('no parameter "bogus"', "grade_column")), ({"scale": "zzz"}, ('found "zzz"', "auto, grade, nbi")),
                             ({"encoding": "klingon"}, ('"klingon" is no encoding', "CP932")), ({"use_height": "maybe"}, ("true or false",)), ({"grade_colum": "x"}, ("did you mean", "grade_column"))):
            scene = self.scene(**wrong)
            text = said(TENBO, "structures", scene, status=1)
            drawn = said(TENBO, "info", scene, status=1)
            for w in words:
                self.assertIn(w, text, wrong)
                self.assertIn(w, drawn, wrong)
            refused = json.loads(run(TENBO, "structures", scene, "--json", status=1).stdout)
            self.assertEqual((refused["rows"], len(refused["errors"])), ([], 1))
        run(TENBO, "structures", self.scene(scale="auto", encoding="utf8", use_height="true"), "--json")

    def test_what_is_of_no_use_is_said(self):
        text = said(TENBO, "structures", self.scene(layer="roads"))
        self.assertIn("no layers in list.csv", text)
        shown = run(TENBO, "info", self.scene(photos="nowhere", history_mapping="history")).stdout.decode()
        self.assertIn("nowhere: no photograph is shown", shown)
        self.assertIn("history_mapping is given, and no history", shown)

    def test_a_time_that_is_past_knows_no_later_inspection(self):
        def at(t):
            return json.loads(run(TENBO, "structures", self.scene(), "--json", *(["--time", t] if t else [])).stdout)
        now = at(None)
        self.assertEqual([now["selected"][g] for g in ("I", "II", "III", "IV", "not_inspected", "overdue")], [0, 1, 1, 1, 0, 0])
        self.assertEqual(now["inspected_later"], 0)
        day_before = at("2023-11-01T23:00:00+09:00")  # of 1 the round of 2018 counts, of 3 nobody knew
        self.assertEqual([day_before["selected"][g] for g in ("I", "II", "III", "IV", "not_inspected")], [1, 1, 0, 0, 1])
        self.assertEqual((day_before["inspected_later"], day_before["as_of_date"]), (2, "2023-11-01"))
        self.assertTrue(any("inspected after 2023-11-01" in w for w in day_before["warnings"]))
        self.assertEqual(max(y["year"] for y in day_before["by_year"]), 2021)
        self.assertEqual([at("2023-11-02T00:00:00+09:00")["selected"][g] for g in ("I", "II", "III", "IV")], [0, 1, 1, 0])
        self.assertEqual([at("2024-01-01T00:00:00+09:00")["selected"][g] for g in ("I", "II", "III", "IV")], [0, 1, 1, 1])

    def test_the_priority_list_and_the_sheet_are_as_of_their_time(self):
        def at(t):
            return json.loads(run(TENBO, "priority", self.scene(), "--assets", "s", "--time", t, "--json", "--lang", "en").stdout)
        now = {r["id"]: r for r in at("2026-09-13T09:00:00+09:00")["ranking"]}
        self.assertEqual({k: (r["grade"], r["year"]) for k, r in now.items()}, {"1": ("III", 2023), "2": ("II", 2021), "3": ("IV", 2024)})
        answer = at("2023-11-01T23:00:00+09:00")
        self.assertEqual((answer["as_of_date"], answer["inspected_later"]), ("2023-11-01", 2))
        self.assertTrue(any("2 structures were inspected after 2023-11-01" in w for w in answer["warnings"]))
        then = {r["id"]: r for r in answer["ranking"]}
        self.assertEqual({k: (r["grade"], r["year"], r["not_inspected_yet"]) for k, r in then.items()},
                         {"1": ("I", 2018, False), "2": ("II", 2021, False), "3": ("not_inspected", None, True)})
        # docs/guide/priority.md: not inspected 0.6, II 0.3, I 0.1
        self.assertEqual([r["id"] for r in answer["ranking"]], ["3", "2", "1"])
        self.assertEqual([r["factors"]["condition"] for r in answer["ranking"]], [0.6, 0.3, 0.1])
        self.assertEqual(then["3"]["reasons"][0]["words"], "not inspected by then")
        self.assertIn("その時点では点検記録なし", run(TENBO, "priority", self.scene(), "--assets", "s", "--time", "2023-11-01T23:00:00+09:00", "--lang", "ja").stdout.decode())
        # overdue is judged by the same year: of 2018 in 2024 it is, of 2023 it is not
        self.assertEqual([{r["id"]: r["overdue"] for r in at(t)["ranking"]}["1"] for t in ("2023-11-01T00:00:00+09:00", "2024-11-01T00:00:00+09:00", "2029-11-01T00:00:00+09:00")], [False, False, True])

    @unittest.skipUnless(shutil.which("pdftotext"), "poppler-utils is not installed: tools/setup installs it")
    def test_a_sheet_prints_what_was_known(self):
        def sheet(structure, language, t):
            run(TENBO, "sheet", self.scene(), "--assets", "s", "--structure", structure, "--time", t, "--lang", language, "-o", WORK / "sheet.pdf")
            return run("pdftotext", "-layout", WORK / "sheet.pdf", "-").stdout.decode()
        day_before = "2023-11-01T23:00:00+09:00"
        text = sheet("1", "en", day_before)
        for words in ("Inspections, as of 2023-11-01", "2018", "inspections after it: 1", "grade I (sound)"):
            self.assertIn(words, text)
        self.assertNotIn("grade III", text)
        self.assertIn("not inspected by then", sheet("3", "en", day_before))
        text = sheet("3", "ja", day_before)
        for words in ("点検履歴（2023-11-01 時点）", "その時点では点検記録なし", "以後の点検: 1"):
            self.assertIn(words, text)
        text = sheet("1", "en", "2024-11-01T00:00:00+09:00")
        self.assertIn("grade III", text)
        self.assertNotIn("inspections after it", text)

    def test_a_table_is_safe_in_a_spreadsheet_and_begins_with_the_mark_where_asked(self):
        plain = run(TENBO, "structures", self.scene(), "--by", "municipality", "--csv").stdout
        self.assertFalse(plain.startswith(b"\xef\xbb\xbf"))
        marked = run(TENBO, "structures", self.scene(), "--by", "municipality", "--csv", "--bom").stdout
        self.assertEqual(marked, b"\xef\xbb\xbf" + plain)
        rows = list(csv.reader(io.StringIO(plain.decode(), newline="")))
        self.assertEqual(sorted(r[0] for r in rows[1:]), ["'=1+1", "甲市"])
        self.assertEqual(plain.count(b"\n"), plain.count(b"\r\n"))
        self.assertIn("--csv", said(TENBO, "structures", self.scene(), "--bom", status=2))

    def test_a_file_is_what_its_name_says(self):
        self.assertIn(".pdf", said(TENBO, "sheet", self.scene(), "--structure", "1", "-o", WORK / "x.txt", status=2))
        self.assertFalse((WORK / "x.txt").exists())
        self.assertIn(".gpkg", said(TENBO, "priority", self.scene(), "--gpkg", WORK / "x.csv", status=2))

    def points(self, **style):
        path = WORK / "p.json"
        path.write_text(json.dumps({"layers": [{"name": "p", "kind": "points", "path": "points.csv", "style": style}]}), encoding="utf-8")
        return run(TENBO, "info", path).stdout.decode()

    def test_points_say_what_is_not_understood(self):
        self.assertIn('"=<" compares nothing', self.points(filter="velocity =< -2"))
        self.assertIn("points are not filtered", self.points(filter="velocity <= fast"))
        self.assertIn('no palette "klingon"', self.points(palette="klingon"))
        self.assertIn("did you mean \"coherence\"", self.points(palette="coherense"))
        self.assertNotIn("filter", self.points(filter="velocity <= -2"))
        self.assertIn("1 points have a coherence that is not between 0 and 1, the first 87", self.points())

    def test_geopackages_in_metres_stand_where_proj_puts_them(self):
        # the corner of EPSG:6676 (zone 8): 36 N, 138.5 E is 0, 0
        (WORK / "m.csv").write_text("id,name,x,y,hantei\nA,橋,0,0,Ⅱ\nB,橋,1000,0,Ⅲ\n", encoding="utf-8")
        run("ogr2ogr", "-f", "GPKG", WORK / "m.gpkg", WORK / "m.csv", "-oo", "X_POSSIBLE_NAMES=x", "-oo", "Y_POSSIBLE_NAMES=y", "-oo", "KEEP_GEOM_COLUMNS=YES", "-a_srs", "EPSG:6676")
        (WORK / "map.json").write_text(json.dumps({"columns": {"id": "id", "name": "name", "grade": "hantei"}}), encoding="utf-8")
        path = WORK / "g.json"
        path.write_text(json.dumps({"layers": [{"name": "s", "plugin": "infra_inspection", "parameters": {"path": "m.gpkg", "mapping": "map.json"}}]}), encoding="utf-8")
        info = json.loads(run(TENBO, "info", path, "--json").stdout)
        extent = info["layers"][0]["bounds"]
        self.assertAlmostEqual(extent["west"], 138.5, 6)
        self.assertAlmostEqual(extent["north"], 36.0, 6)
        self.assertFalse([w for w in info["layers"][0]["warnings"] if "column" in str(w) or "origin" in str(w)])

    def test_degrees_under_a_coordinate_system_of_metres_are_said(self):
        # degrees that somebody called EPSG:6676: all would stand within 150 m of its origin, off the columns by far
        (WORK / "d.csv").write_text("id,name,x,y,hantei\nA,橋,139.70,35.68,Ⅱ\nB,橋,139.71,35.69,Ⅲ\nC,橋,,,Ⅲ\n", encoding="utf-8")
        run("ogr2ogr", "-f", "GPKG", WORK / "d.gpkg", WORK / "d.csv", "-oo", "X_POSSIBLE_NAMES=x", "-oo", "Y_POSSIBLE_NAMES=y", "-oo", "KEEP_GEOM_COLUMNS=YES", "-a_srs", "EPSG:6676")
        (WORK / "dmap.json").write_text(json.dumps({"columns": {"id": "id", "name": "name", "grade": "hantei", "lon": "x", "lat": "y"}}), encoding="utf-8")
        text = said(TENBO, "structures", self.scene("d.json", path="d.gpkg", mapping="dmap.json"))
        self.assertIn("2 structures stand where their geometry says, more than 1 km from columns x, y", text)
        self.assertIn("within 400 m of the origin of EPSG:6676", text)
        # the same as a table under a mapping that says metres, and metres under one that says nothing
        (WORK / "dmap2.json").write_text(json.dumps({"crs": "EPSG:6676", "columns": {"id": "id", "grade": "hantei", "lon": "x", "lat": "y"}}), encoding="utf-8")
        self.assertIn("within 400 m of the origin of EPSG:6676", said(TENBO, "structures", self.scene("d.json", path="d.csv", mapping="dmap2.json")))
        (WORK / "e.csv").write_text("id,x,y,hantei\nA,-11500.5,-33900.25,Ⅱ\nB,-11600,-33950,Ⅲ\n", encoding="utf-8")
        self.assertIn("metres of a plane coordinate system", said(TENBO, "structures", self.scene("d.json", path="e.csv", mapping="dmap.json")))


if __name__ == "__main__":
    unittest.main(verbosity=1)
