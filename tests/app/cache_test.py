#!/usr/bin/env python3
"""tenbo cache from outside: kills at any instant, several programs at once, damage, the limit, folders that cannot be written to.

What a bake must hold is what `tenbo bake` writes for the same input: bake_test.py holds that against the source.

usage: cache_test.py TENBO SCRATCH
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

TENBO = pathlib.Path(sys.argv[1]).resolve()
SCRATCH = pathlib.Path(sys.argv[2]).resolve()
CITY = SCRATCH / "city"


def tenbo(*args, status=0, **more):
    done = subprocess.run([str(TENBO), *map(str, args)], capture_output=True, text=True, timeout=600, **more)
    if status is not None and done.returncode != status:
        raise AssertionError(f"tenbo {' '.join(map(str, args))}: status {done.returncode}, expected {status}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


def digest(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in ("entry.json", "notes.json")}


def make_city(folder, seed=1):
    """Boxes on a grid, in three files of a package with a code list."""
    rng = random.Random(seed)
    (folder / "udx/bldg").mkdir(parents=True)
    (folder / "codelists").mkdir()
    (folder / "codelists/Building_class.xml").write_text(
        '<gml:Dictionary xmlns:gml="http://www.opengis.net/gml" gml:id="c"><gml:name>class</gml:name><gml:dictionaryEntry><gml:Definition gml:id="d">'
        "<gml:description>house</gml:description><gml:name>3001</gml:name></gml:Definition></gml:dictionaryEntry></gml:Dictionary>")

    def face(*corners):
        return ("<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>" + " ".join(f"{a:.9f} {o:.9f} {h:.3f}" for a, o, h in corners + corners[:1])
                + "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>")

    for part in range(3):
        members = []
        for i in range(700):
            a, c, high = 34.39 + i // 20 * 0.0003, 138.44 + part * 0.0075 + i % 20 * 0.00035, 3 + rng.random() * 30
            b, d = a + 0.00017, c + 0.0002
            faces = face((a, c, high), (a, d, high), (b, d, high), (b, c, high)) + face((a, c, 0), (b, c, 0), (b, d, 0), (a, d, 0))
            ring = [(a, c), (a, d), (b, d), (b, c)]
            for p, q in zip(ring, ring[1:] + ring[:1]):
                faces += face((*p, 0), (*q, 0), (*q, high), (*p, high))
            members.append(f'<core:cityObjectMember><bldg:Building gml:id="b{part}_{i}"><bldg:class codeSpace="../../codelists/Building_class.xml">3001</bldg:class>'
                           f'<gen:stringAttribute name="class"><gen:value>own {i}</gen:value></gen:stringAttribute><gen:stringAttribute name="id"><gen:value>own {i}</gen:value></gen:stringAttribute>'
                           f'<bldg:measuredHeight uom="m">{high:.2f}</bldg:measuredHeight><bldg:lod1Solid><gml:Solid><gml:exterior><gml:CompositeSurface>{faces}'
                           "</gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod1Solid></bldg:Building></core:cityObjectMember>")
        (folder / f"udx/bldg/5138436{part}_bldg_6697_op.gml").write_text(
            '<?xml version="1.0" encoding="UTF-8"?><core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0" '
            'xmlns:gml="http://www.opengis.net/gml" xmlns:gen="http://www.opengis.net/citygml/generics/2.0"><gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>34.39 138.44 0'
            "</gml:lowerCorner><gml:upperCorner>34.41 138.47 50</gml:upperCorner></gml:Envelope></gml:boundedBy>\n" + "\n".join(members) + "\n</core:CityModel>\n")


class Cache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(SCRATCH, ignore_errors=True)
        SCRATCH.mkdir(parents=True)
        make_city(CITY)
        tenbo("bake", CITY / "udx/bldg", "-o", SCRATCH / "expected")
        cls.expected = digest(SCRATCH / "expected")

    def setUp(self):
        self.cache = SCRATCH / self.id().split(".")[-1]
        self.input = CITY / "udx/bldg"

    def add(self, *more, status=0, what=None):
        return json.loads(tenbo("cache", "add", what or self.input, "--cache", self.cache, "--json", *more, status=status).stdout or "null")

    def list(self):
        return json.loads(tenbo("cache", "list", "--cache", self.cache, "--json").stdout)

    def folder(self, key):
        return self.cache / "bake" / key

    def test_holds_what_bake_writes_and_finds_it_by_content(self):
        first = self.add()
        self.assertFalse(first["was_there"])
        self.assertEqual(first["features"], 2100)
        self.assertEqual(digest(self.folder(first["key"])), self.expected)
        self.assertTrue(self.add()["was_there"])
        # the same bytes elsewhere, with other times
        copy = SCRATCH / "moved"
        shutil.copytree(CITY, copy)
        self.assertEqual(self.add(what=copy / "udx/bldg"), self.add() | {"seconds": unittest.mock.ANY})
        # one byte of one file, of the same size, with the old file's time: another content
        file = sorted((copy / "udx/bldg").glob("*.gml"))[0]
        stat, data = file.stat(), bytearray(file.read_bytes())
        at = data.rindex(b"<bldg:measuredHeight") + len('<bldg:measuredHeight uom="m">')
        data[at] = ord("1") if data[at] != ord("1") else ord("2")
        file.write_bytes(data)
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        changed = self.add(what=copy / "udx/bldg")
        self.assertNotEqual(changed["key"], first["key"])
        # a code list that is named counts too
        lists = sorted((copy / "codelists").glob("*.xml"))
        text = b"".join(f.read_bytes() for f in (copy / "udx/bldg").glob("*.gml"))
        named = [f for f in lists if f.name.encode() in text]
        self.assertTrue(named)
        named[0].write_bytes(named[0].read_bytes() + b"\n<!-- -->\n")
        self.assertNotEqual(self.add(what=copy / "udx/bldg")["key"], changed["key"])

    def test_killed_at_any_instant(self):
        rng = random.Random(7)
        for _ in range(6):
            child = subprocess.Popen([TENBO, "cache", "add", self.input, "--cache", self.cache], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.02, 1.0))
            child.send_signal(signal.SIGKILL)
            child.wait()
            for e in self.list()["bakes"]:
                self.assertFalse(e["in_use"])
                if e["state"] == "baked":
                    self.assertEqual(digest(self.folder(e["key"])), self.expected)
        done = self.add()
        self.assertEqual(digest(self.folder(done["key"])), self.expected)
        self.assertEqual([e["state"] for e in self.list()["bakes"]], ["baked"])

    def test_two_at_once_bake_once(self):
        children = [subprocess.Popen([TENBO, "cache", "add", self.input, "--cache", self.cache, "--json"], stdout=subprocess.PIPE, text=True) for _ in range(3)]
        answers = [json.loads(c.communicate(timeout=300)[0]) for c in children]
        self.assertEqual([c.returncode for c in children], [0, 0, 0])
        self.assertEqual(sorted(a["was_there"] for a in answers), [False, True, True])
        self.assertEqual(len({a["key"] for a in answers}), 1)
        self.assertEqual(digest(self.folder(answers[0]["key"])), self.expected)

    def test_damage_is_found_and_repaired(self):
        key = self.add()["key"]
        folder = self.folder(key)
        tile = max(folder.rglob("*.glb"), key=lambda p: p.stat().st_size)

        def flip(path):
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)

        for harm in (lambda: flip(folder / "entry.json"), lambda: flip(folder / "tileset.json"), lambda: os.truncate(tile, 100), lambda: tile.unlink(),
                     lambda: (folder / "entry.json").unlink(), lambda: os.truncate(folder / "entry.json", 30), lambda: (folder / "tileset.json").unlink()):
            harm()
            again = self.add()
            self.assertEqual((again["was_there"], again["key"]), (False, key))
            self.assertEqual(digest(folder), self.expected)
        memo = next((self.cache / "bake/memo").iterdir())
        flip(memo)  # only costs reading the input once more
        self.assertEqual((self.add()["was_there"], self.add()["key"]), (True, key))
        # a work folder of an interrupted bake of other files: begun anew
        shutil.rmtree(folder)
        part = self.cache / "bake" / (key + ".part")
        part.mkdir()
        (part / "rubbish").write_text("x")
        self.add()
        self.assertEqual(digest(folder), self.expected)
        self.assertFalse(part.exists())

    def test_the_limit_holds_and_the_longest_unused_goes(self):
        size = sum(p.stat().st_size for p in (SCRATCH / "expected").rglob("*") if p.is_file())
        limit = int(2.5 * size)
        keys = []
        for i in range(4):
            city = SCRATCH / f"other{i}"
            if not city.exists():
                make_city(city, i + 2)
            keys.append(self.add("--cache-limit", limit, what=city / "udx/bldg")["key"])
            if i == 2:  # the first has gone; the second is used, so that the third is next
                self.assertEqual({e["key"] for e in self.list()["bakes"]}, set(keys[1:]))
                time.sleep(0.02)
                self.assertTrue(self.add("--cache-limit", limit, what=SCRATCH / "other1/udx/bldg")["was_there"])
            held = sum(p.stat().st_size for p in (self.cache / "bake").rglob("*") if p.is_file() and "memo" not in p.parts and p.name != "entry.json")
            self.assertLessEqual(held, limit)
        self.assertEqual({e["key"] for e in self.list()["bakes"]}, {keys[1], keys[3]})
        # one that is larger than all there may be is not kept, and not baked again to find that out
        refused = tenbo("cache", "add", self.input, "--cache", self.cache, "--cache-limit", size // 2, status=1)
        self.assertIn("--cache-limit", refused.stderr)
        begun = time.monotonic()
        tenbo("cache", "add", self.input, "--cache", self.cache, "--cache-limit", size // 2, status=1)
        self.assertLess(time.monotonic() - begun, 2)
        done = json.loads(tenbo("cache", "clear", "--cache", self.cache, "--json").stdout)
        self.assertGreater(done["removed_bytes"], size)
        self.assertEqual(self.list()["bakes"], [])

    def test_a_picture_does_not_depend_on_the_cache_unless_it_is_asked_to(self):
        args = ["--size", "320x180", "--samples", "1", "--no-hud", "--cache", self.cache, "--bake-from", "1"]
        tenbo("render", self.input, "-o", SCRATCH / "a.png", *args)
        self.add()
        tenbo("render", self.input, "-o", SCRATCH / "b.png", *args)
        self.assertEqual((SCRATCH / "a.png").read_bytes(), (SCRATCH / "b.png").read_bytes())
        tenbo("render", self.input, "-o", SCRATCH / "c.png", "--bake-cache", "on", *args)
        self.assertTrue((SCRATCH / "c.png").stat().st_size > 1000)

    CAMERA = ("--camera", "138.4511,34.393085,420,0,-90", "--size", "320x180", "--bake-from", "1")

    def test_a_damaged_bake_costs_nothing_but_its_own_time(self):
        """The picture is the source's, whatever happened to the bake; one line says so, and the bake is made anew by whoever may."""
        args = ["--samples", "1", "--no-hud", "--cache", self.cache, *self.CAMERA]
        source, shown = SCRATCH / "of_source.png", SCRATCH / "of_cache.png"
        tenbo("render", self.input, "-o", source, *args)
        tiles = lambda folder: sorted(folder.rglob("*.glb"))

        def flip_all(folder):
            for tile in tiles(folder):
                data = bytearray(tile.read_bytes())
                for at in range(5):
                    data[(at + 1) * len(data) // 7] ^= 0x55
                tile.write_bytes(data)

        def other_version(folder):
            entry = folder / "entry.json"
            entry.write_text(entry.read_text().replace('"version": 1', '"version": 99'))

        for harm in (flip_all, lambda f: os.truncate(tiles(f)[-1], 100), lambda f: tiles(f)[0].unlink(), lambda f: os.truncate(f / "tileset.json", 300), other_version):
            key = self.add()["key"]
            harm(self.folder(key))
            done = tenbo("render", self.input, "-o", shown, "--bake-cache", "on", *args)
            self.assertEqual(shown.read_bytes(), source.read_bytes())
            told = [line for line in done.stderr.splitlines() if "damaged" in line]
            self.assertEqual(len(told), 1, done.stderr)
            self.assertIn("bakes it anew", told[0])
            self.assertEqual(self.list()["bakes"], [])
            self.assertFalse(self.folder(key).exists())
            self.assertFalse(self.add()["was_there"])
            self.assertEqual(digest(self.folder(key)), self.expected)

    def test_what_is_picked_has_the_same_attributes_with_the_cache(self):
        self.add()
        answers = [json.loads(tenbo("pick", self.input, "--pixel", "160,90", "--json", "--cache", self.cache, "--bake-cache", use, *self.CAMERA).stdout) for use in ("off", "on")]
        self.assertIsNotNone(answers[0]["feature"])
        self.assertEqual(answers[1]["feature"], answers[0]["feature"])
        self.assertIn("own", answers[0]["attributes"]["class"])  # the source's own of that name stay
        self.assertEqual(answers[1]["attributes"], answers[0]["attributes"])

    def test_folders_that_cannot_be_written_to_are_said(self):
        file = SCRATCH / "a_file"
        file.write_text("x")
        refused = tenbo("cache", "add", self.input, "--cache", file, status=1)
        self.assertIn("--cache", refused.stderr)
        self.assertIn("no folder", tenbo("cache", "add", self.input, "--cache", "off", status=1).stderr)
        tenbo("cache", "add", status=2)
        tenbo("cache", "frob", status=2)
        self.assertEqual(json.loads(tenbo("cache", "--json", "--cache", SCRATCH / "none").stdout)["bakes"], [])

    def test_a_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("needs to mount a small disk")
        disk = SCRATCH / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", disk], capture_output=True).returncode != 0:
            self.skipTest("cannot mount")
        try:
            refused = tenbo("cache", "add", self.input, "--cache", disk, status=1)
            self.assertRegex(refused.stderr, "No space|written")
            left = [p for p in (disk / "bake").rglob("*") if p.is_file() and p.stat().st_size > 0 and "memo" not in p.parts]
            self.assertEqual(left, [])  # it is not left full
        finally:
            subprocess.run(["umount", disk])


if __name__ == "__main__":
    import unittest.mock
    unittest.main(argv=sys.argv[:1], verbosity=2)
