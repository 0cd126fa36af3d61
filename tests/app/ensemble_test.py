#!/usr/bin/env python3
"""app.ensemble: a 20-member flood forecast that is issued three times, from the generator's files to the answers and the picture. Expected
values: the generator's own formula worked again cell by cell here, and Python's statistics.quantiles (method "inclusive"), which is numpy's
percentile of the same name "linear"."""
import array
import csv
import importlib.machinery
import importlib.util
import io
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import unittest

from pictures import png_lines

TENBO, WORK, SOURCE = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
PICTURES = "--no-pictures" not in sys.argv
TIME = "2026-09-13T00:00:00Z"  # the fourth step: hour 3


def generator():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("make_flood_ensemble", str(SOURCE / "tools/make-flood-ensemble"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_flood_ensemble", loader))
    loader.exec_module(module)
    return module


def tenbo(*command, status=0):
    done = subprocess.run([TENBO, *map(str, command)], capture_output=True, text=True)
    if done.returncode != status:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return done


def answer(*command, status=0):
    return json.loads(tenbo(*command, "--json", "--lang", "en", status=status).stdout)


def percentile(values, p):
    """statistics.quantiles at hundredths; the ends are the least and the greatest."""
    return statistics.quantiles(values, n=100, method="inclusive")[p - 1]


def pixels(path):
    return png_lines(path)[1]


class Ensemble(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        cls.city = WORK / "city"
        tenbo("make-city", cls.city, "--buildings", "300")
        subprocess.run([str(SOURCE / "tools/make-flood-ensemble"), str(cls.city)], check=True)
        cls.scene = cls.city / "flood-ensemble.json"
        g = generator()
        cls.generator = g
        (cls.city / "ensemble").mkdir(exist_ok=True)
        cls.depths, cls.width, cls.height, cls.grid = g.base(cls.city)
        # three cells: the one where the members' last issue spreads most, one that is deep, one that is always dry
        now = cls.depths[3]
        wet = [i for i, v in enumerate(now) if v > 0]
        cls.cells = {"edge": min(wet, key=lambda i: abs(now[i] - 0.3)), "deep": max(wet, key=lambda i: now[i]),
                     "dry": next(i for i in range(len(now)) if all(d[i] == 0 for d in cls.depths))}

    def place(self, cell):
        r, c = divmod(cell, self.width)
        return f"{self.grid[0] + (c + 0.5) * self.grid[1]:.9f},{self.grid[3] + (r + 0.5) * self.grid[5]:.9f}"

    def members_at(self, issue, cell, hour=3):
        return [self.generator.member_steps([[d[cell]] for d in self.depths], issue, m)[hour][0] for m in range(20)]

    def probe(self, cell, *options):
        found = answer("probe", self.scene, "--at", self.place(cell), "--time", TIME, *options)
        return next(l for l in found["layers"] if l["layer"] == "flood")

    def test_probe_of_every_issue_and_statistic(self):
        for k, issued in enumerate(self.generator.ISSUES):
            at = issued if k < 2 else "2026-09-13T09:00:00+09:00"  # a time after the last issue means the last
            for name, cell in self.cells.items():
                m = self.members_at(k, cell)
                for member, options, expected in (("mean", (), statistics.fmean(m)), ("max", (), max(m)), ("p90", (), percentile(m, 90)), ("p50", (), percentile(m, 50)),
                                                  ("7", (), m[6]), ("probability", ("--threshold", "0.5"), 100 * sum(v >= 0.5 for v in m) / 20)):
                    if (name, member) not in (("edge", "mean"), ("edge", "p90"), ("edge", "7"), ("edge", "probability"), ("deep", "mean"), ("deep", "max"), ("dry", "p50")):
                        continue
                    found = self.probe(cell, "--issue", at, "--member", member, *options)
                    self.assertAlmostEqual(found["value"], expected, places=4, msg=f"{issued} {name} {member}")
                    self.assertEqual((found["issue_time"], found["member"], found["members"], found["valid_time"]), (issued, member, 20, TIME))
                    self.assertEqual(found["unit"], "%" if member == "probability" else "m")

    def test_the_latest_mean_without_a_word_and_what_has_changed(self):
        cell = self.cells["deep"]
        found = self.probe(cell)
        self.assertEqual((found["issue_time"], found["member"]), (self.generator.ISSUES[2], "mean"))
        changed = self.probe(cell, "--changed")
        self.assertAlmostEqual(changed["value"], statistics.fmean(self.members_at(2, cell)) - statistics.fmean(self.members_at(1, cell)), places=4)

    def test_what_cannot_be_is_refused_by_name(self):
        for options, words in ((("--issue", "2026-09-12T14:59:59Z"), "nothing was issued by 2026-09-12T14:59:59Z"), (("--member", "menn"), "has no member \"menn\""),
                               (("--member", "probability"), "threshold"), (("--issue", "yesterday"), "--issue")):
            done = tenbo("probe", self.scene, "--at", "138.45,34.4", *options, status=2)
            self.assertIn(words, done.stderr)

    def test_the_list_of_what_has_changed(self):
        """Counted cell by cell from the generator's own formula; -0.05 to 0.05 m is the same (assets/palettes/change.json)."""
        found = next(l for l in answer("info", self.scene, "--changed", "--time", TIME)["layers"] if l["name"] == "flood")
        self.assertEqual(found["forecast"]["issues"], self.generator.ISSUES)
        self.assertEqual((found["forecast"]["member"], found["forecast"]["unit"], len(found["forecast"]["members"])), ("mean", "m", 20))
        now, before = ([statistics.fmean(v) for v in zip(*(self.generator.member_steps(self.depths, k, m)[3] for m in range(20)))] for k in (2, 1))
        change = [a - b for a, b in zip(now, before)]
        c = found["changed"]
        self.assertEqual((c["issue_time"], c["since"], c["valid_time"], c["member"], c["unit"]), (self.generator.ISSUES[2], self.generator.ISSUES[1], TIME, "mean", "m"))
        sure = [v for v in change if abs(abs(v) - 0.05) > 1e-5]  # single precision may fall either way on the bound itself
        self.assertLessEqual(abs(c["cells"]["rose"] - sum(v > 0.05 for v in sure)), len(change) - len(sure))
        self.assertLessEqual(abs(c["cells"]["fell"] - sum(v < -0.05 for v in sure)), len(change) - len(sure))
        self.assertEqual(sum(c["cells"].values()), len(change))
        self.assertGreater(c["cells"]["rose"], 100)
        self.assertAlmostEqual(c["risen"][0]["change"], max(change), places=4)
        values = [p["change"] for p in c["risen"]]
        self.assertEqual(values, sorted(values, reverse=True))
        for p in c["risen"]:
            self.assertAlmostEqual(p["to"] - p["from"], p["change"], places=5)
            cell = int((self.grid[3] - p["lat"]) / -self.grid[5]) * self.width + int((p["lon"] - self.grid[0]) / self.grid[1])
            self.assertAlmostEqual(p["change"], change[cell], places=4)
        first = next(l for l in answer("info", self.scene, "--changed", "--time", TIME, "--issue", self.generator.ISSUES[0])["layers"] if l["name"] == "flood")
        self.assertIn("no issue before", first["changed"]["none"])

    def test_a_field_of_a_plugin_follows_the_choice(self):
        """All issues and members in one file, read by a plugin: the same answers as of the plain layer of three files."""
        g, values = self.generator, array.array("f")
        for k in range(3):
            for m in range(20):
                for step in g.member_steps(self.depths, k, m):
                    values.extend(step)
        if sys.byteorder == "little":
            values.byteswap()
        since = f"hours since {g.FIRST}"
        variables = [("reference_time", [0], {"standard_name": "forecast_reference_time", "units": since}, "d", g.doubles([-6.0, -3.0, -0.5])),
                     ("realization", [1], {"standard_name": "realization"}, "d", g.doubles([float(m + 1) for m in range(20)])),
                     ("time", [2], {"standard_name": "time", "units": since}, "d", g.doubles([float(h) for h in range(6)])),
                     ("lat", [3], {"standard_name": "latitude", "units": "degrees_north"}, "d", g.doubles([self.grid[3] + (r + 0.5) * self.grid[5] for r in range(self.height)])),
                     ("lon", [4], {"standard_name": "longitude", "units": "degrees_east"}, "d", g.doubles([self.grid[0] + (c + 0.5) * self.grid[1] for c in range(self.width)])),
                     ("depth", [0, 1, 2, 3, 4], {"units": "m", "long_name": "water depth"}, "f", values.tobytes())]
        (self.city / "all.nc").write_bytes(g.netcdf([("reference_time", 3), ("realization", 20), ("time", 6), ("lat", self.height), ("lon", self.width)], variables, {"Conventions": "CF-1.8"}))
        scene = self.city / "plugin.json"
        scene.write_text(json.dumps({"layers": [{"name": "buildings", "kind": "buildings", "path": "udx/bldg"},
            {"name": "flood", "kind": "field", "path": "all.nc", "plugin": "hazard_flood", "parameters": {"path": "all.nc", "nodata_is_dry": True, "source": "all of it"}, "show": {"member": "p90"}}]}))
        for options in ((), ("--member", "7"), ("--member", "mean", "--issue", g.ISSUES[0]), ("--member", "probability", "--threshold", "0.5"), ("--member", "max", "--changed")):
            for cell in (self.cells["edge"], self.cells["deep"]):
                ask = ("--at", self.place(cell), "--time", TIME)
                found = next(l for l in answer("probe", scene, *ask, *options)["layers"] if l["layer"] == "flood")
                plain = self.probe(cell, *(options or ("--member", "p90")))
                for key in ("value", "unit", "class", "valid_time", "issue_time", "member", "members"):
                    self.assertEqual(found[key], plain[key], f"{options} {key}")
                self.assertEqual(found["source"], "all of it")
        info = next(l for l in answer("info", scene, "--changed", "--member", "mean", "--time", TIME)["layers"] if l["name"] == "flood")
        self.assertEqual(info["forecast"]["issues"], g.ISSUES)
        self.assertEqual(info["changed"]["cells"], next(l for l in answer("info", self.scene, "--changed", "--time", TIME)["layers"] if l["name"] == "flood")["changed"]["cells"])
        self.assertFalse([w for w in info["warnings"] if "member" in w], "a plugin loses none of them")
        members = answer("impact", scene, "--hazard", "flood", "--assets", "buildings", "--time", TIME)["members"]
        self.assertEqual([m["rows"] for m in members], [m["rows"] for m in self.impact("--time", TIME)["members"]])

    @unittest.skipUnless(PICTURES, "no pictures were asked for")
    def test_what_has_not_changed_is_not_drawn(self):
        """Far from the water the picture of the change is the one without the forecast."""
        shown = {}
        for name, options in (("without", None), ("changed", ("--changed",))):
            scene = self.scene
            if options is None:
                lines = [l.split("  //")[0] for l in self.scene.read_text().splitlines() if not l.startswith("//")]
                plain = json.loads("\n".join(lines))
                plain["layers"][-1]["visible"] = False
                scene = self.city / "without.json"
                scene.write_text(json.dumps(plain))
            path = WORK / f"{name}-dry.png"
            tenbo("render", scene, "-o", path, "--size", "640x360", "--samples", "1", "--no-hud", "--time", TIME, "--lang", "en", *(options or ()))
            shown[name] = pixels(path)
        same = sum(x == y for r, s in zip(shown["without"], shown["changed"]) for x, y in zip(r, s))
        self.assertGreater(same, 640 * 360 * 3 // 4, "dry ground is painted")

    def impact(self, *options):
        return answer("impact", self.scene, "--hazard", "flood", "--assets", "buildings", *options)

    def test_impact_is_each_member_alone_and_their_percentiles(self):
        found = self.impact("--time", TIME)
        self.assertEqual([m["member"] for m in found["members"]], [str(n) for n in range(1, 21)])
        alone = {}
        for name in ("1", "7", "20"):
            single = self.impact("--time", TIME, "--member", name)
            alone[name] = {r["class"]: r["count"] for r in single["rows"] if r["count"]}
            rows = next(m["rows"] for m in found["members"] if m["member"] == name)
            self.assertEqual({r["class"]: r["count"] for r in rows}, alone[name])
        self.assertNotEqual(alone["1"], alone["20"])
        each = [{r["class"]: r["count"] for r in m["rows"]} for m in found["members"]]
        classes = {c for counts in each for c in counts} | {r["class"] for r in found["rows"]}
        self.assertEqual({r["class"] for r in found["rows"]}, classes)
        self.assertGreater(len(classes), 1)
        for row in found["rows"]:
            counts = [c.get(row["class"], 0) for c in each]
            self.assertEqual((row["min"], row["max"]), (min(counts), max(counts)))
            for key, p in (("p10", 10), ("p50", 50), ("p90", 90)):
                self.assertAlmostEqual(row[key], percentile(counts, p), places=9)
        table = list(csv.DictReader(io.StringIO(tenbo("impact", self.scene, "--hazard", "flood", "--assets", "buildings", "--time", TIME, "--csv", "--lang", "en").stdout)))
        by_class = {r["class"]: r for r in table if r["class"] in classes}
        for row in found["rows"]:
            line = by_class[row["class"]]
            self.assertEqual([float(line[k]) for k in ("count", "min", "max", "p10", "p50", "p90")], [row[k] for k in ("count", "min", "max", "p10", "p50", "p90")])
            self.assertEqual(line["member"], "mean")

    def test_the_mean_counts_as_a_field_of_the_mean(self):
        """The mean written as a file of its own, by this test, and asked as a plain field."""
        mean = [statistics.fmean(v) for v in zip(*(self.generator.member_steps(self.depths, 2, m)[3] for m in range(20)))]
        g = self.grid
        (self.city / "mean.asc").write_text(f"ncols {self.width}\nnrows {self.height}\nxllcorner {g[0]!r}\nyllcorner {g[3] + self.height * g[5]!r}\ndx {g[1]!r}\ndy {-g[5]!r}\nNODATA_value -9999\n"
                                            + "\n".join(" ".join(f"{v:.6f}" for v in mean[r * self.width:(r + 1) * self.width]) for r in range(self.height)) + "\n")
        subprocess.run(["gdal_translate", "-q", "-a_srs", "EPSG:4326", str(self.city / "mean.asc"), str(self.city / "mean.tif")], check=True)
        scene = self.city / "mean.json"
        scene.write_text(json.dumps({"layers": [{"name": "buildings", "kind": "buildings", "path": "udx/bldg"}, {"name": "flood", "kind": "field", "path": "mean.tif", "unit": "m", "nodata_is_dry": True, "style": {"palette": "flood-depth"}}]}))
        plain = answer("impact", scene, "--hazard", "flood", "--assets", "buildings")
        self.assertEqual({r["class"]: r["count"] for r in plain["rows"]}, {r["class"]: r["count"] for r in self.impact("--time", TIME)["rows"] if r["count"]})

    def test_what_moved_since_the_issue_before(self):
        found = self.impact("--time", TIME)["changed"]
        self.assertEqual(found["since"], self.generator.ISSUES[1])
        step = found["steps"][0]
        self.assertEqual(step["up"] + step["down"] + step["same"] + step["unknown"], 300)
        self.assertEqual(step["down"], 0)  # the last issue's mean lies above that before it wherever there is water
        self.assertNotIn("changed", self.impact("--time", TIME, "--issue", self.generator.ISSUES[0]))

    @unittest.skipUnless(PICTURES, "no pictures were asked for")
    def test_pictures_say_and_show_which(self):
        seen = {}
        for name, options in (("first", ("--issue", self.generator.ISSUES[0])), ("last", ()), ("chance", ("--member", "probability", "--threshold", "0.5")), ("changed", ("--changed",))):
            path = WORK / f"{name}.png"
            tenbo("render", self.scene, "-o", path, "--size", "960x540", "--samples", "2", "--time", TIME, "--lang", "en", *options)
            seen[name] = pixels(path)
            self.assertGreater(len(set(b"".join(seen[name])[i] for i in range(0, 960 * 540 * 3, 997))), 30, f"{name} is blank")
        names = list(seen)
        for i, a in enumerate(names):
            for b in names[i + 1:]:
                apart = sum(x != y for r, s in zip(seen[a], seen[b]) for x, y in zip(r, s))
                self.assertGreater(apart, 2000, f"{a} and {b} look the same")


if __name__ == "__main__":
    unittest.main(argv=[a for a in sys.argv if a != "--no-pictures"])
