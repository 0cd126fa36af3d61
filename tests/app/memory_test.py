#!/usr/bin/env python3
"""--ram and --vram from outside: what the kernel says that the program held at most (ru_maxrss of the child, wait4) stays under
both and 200 MiB, where far more is to be seen than fits; also on one processor, and behind all else.

usage: memory_test.py TENBO SCRATCH
"""
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import unittest

TENBO = pathlib.Path(sys.argv[1]).resolve()
SCRATCH = pathlib.Path(sys.argv[2]).resolve()
WORK = 200          # MiB over the budgets: docs/guide/3d-tiles.md
BUILDINGS = 60_000  # their tiles, loaded whole, are more than each of the budgets here


def run(*args, before=None):
    """Exit status, MiB at the peak, what was said."""
    out = SCRATCH / "said.txt"
    with open(out, "w+") as said:
        child = subprocess.Popen([str(TENBO), *map(str, args)], stdout=said, stderr=said, preexec_fn=before)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, usage.ru_maxrss / 1024, said.read()


def one_processor():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def behind_all():
    os.nice(19)


class Memory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(SCRATCH / "city", ignore_errors=True)
        cls.tiles = SCRATCH / "tiles"
        if not (cls.tiles / "tileset.json").exists():
            shutil.rmtree(cls.tiles, ignore_errors=True)
            for command in (["make-city", SCRATCH / "city", "--buildings", BUILDINGS], ["bake", SCRATCH / "city", "-o", cls.tiles]):
                status, _, said = run(*command)
                assert status == 0, said
            shutil.rmtree(SCRATCH / "city")

    def picture(self, mib, size="1920x1080", *more, before=None, what=None):
        out = SCRATCH / "picture.png"
        out.unlink(missing_ok=True)
        status, peak, said = run("render", *(what or [self.tiles]), "-o", out, "--size", size, "--ram", f"{mib}M", "--vram", f"{mib}M", "--lang", "en", *more, before=before)
        print(f"{mib} + {mib} MiB, {size} {' '.join(more)}: {peak:.0f} MiB at the peak, of {2 * mib + WORK}")
        self.assertEqual(status, 0, said)
        self.assertEqual("%dx%d" % struct.unpack(">II", out.read_bytes()[16:24]), size)  # PNG's IHDR
        return peak, said

    def keeps(self, mib, *args, **how):
        peak, said = self.picture(mib, *args, **how)
        self.assertLess(peak, 2 * mib + WORK)
        self.assertNotIn("--vram is", said)

    def test_full_hd(self):
        for before in (None, one_processor, behind_all):
            with self.subTest(before):
                self.keeps(256, before=before)

    def test_full_hd_in_half_of_that(self):
        for before in (None, one_processor):
            with self.subTest(before):
                self.keeps(128, before=before)

    def test_ultra_hd(self):
        for quality in ("software", "balanced"):
            with self.subTest(quality):
                self.keeps(256, "3840x2160", "--quality", quality)

    def test_rasters_that_are_far_larger(self):
        """A picture and a DEM, far more than the budgets as pixels, without overviews: GDAL reads them block by block, and would keep what it has read."""
        made = []
        for name, kind, bands, options in (("picture.tif", "Byte", 3, ("-burn", "90", "-burn", "120", "-burn", "60")), ("heights.tif", "Float32", 1, ("-burn", "12"))):
            made.append(SCRATCH / name)
            if not made[-1].exists():
                subprocess.run(["gdal_create", "-q", "-of", "GTiff", "-ot", kind, "-bands", str(bands), "-outsize", "12000", "12000", "-a_srs", "EPSG:6668", "-a_ullr", "138", "35.4", "138.4", "35",
                                *options, "-co", "TILED=YES", "-co", "COMPRESS=DEFLATE", "-co", "ZLEVEL=1", str(made[-1])], check=True)
        self.keeps(256, what=made)

    def test_what_cannot_fit_is_made_and_said(self):
        _, said = self.picture(256, "7680x4320", "--samples", "2")
        self.assertIn("a picture of 7680 x 4320 is drawn in ", said)
        self.assertIn("--vram is 256 MiB", said)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
