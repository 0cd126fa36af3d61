#!/usr/bin/env python3
"""tenbo bake's glTF under Khronos' validator: every file of some tile sets, as it stands and unpacked.

usage: validate_test.py TENBO SCRATCH NODE_MODULES
"""
import json
import pathlib
import subprocess
import sys
import unittest

from web_support import Program, footprints, jpeg_city, need

MODULES = pathlib.Path(sys.argv[3]).resolve()
program = Program(sys.argv[1], sys.argv[2])
# what the validator says it does not look into; tests/app/tiles_check.py does
UNKNOWN = {"EXT_mesh_features", "EXT_structural_metadata", "EXT_meshopt_compression"}


def validate(*folders):
    script = pathlib.Path(__file__).parent / "validate.mjs"
    done = subprocess.run(["node", str(script), str(MODULES), *map(str, folders)], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)["files"]


class Validate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.city = program.city(300)

    def test_no_error_and_no_warning_in_any_file(self):
        houses, roads = footprints(program)
        sets = [program.bake("city", self.city), program.bake("jpeg", jpeg_city(program, self.city)), program.bake("webp", self.city, "--webp", "80"), program.bake("houses", houses), program.bake("all", self.city / "udx" / "bldg", houses, roads)]
        told = validate(*sets)
        self.assertEqual(len(told), sum(1 for s in sets for _ in s.rglob("*.glb")))
        for words in (b"image/png", b"image/jpeg", b"image/webp", b"COLOR_0", b"TEXCOORD_0", b'"type":"BOOLEAN"', b"FLOAT64", b"INT64", b'"enumType"', b'"noData"', b'"default"'):
            self.assertTrue(any(words in pathlib.Path(f).read_bytes() for f in told), f"no tile has {words}: the test does not see it")
        for file, report in told.items():
            for form in ("packed", "plain"):
                unused = set()
                for issue in report[form]:
                    place = f"{file} ({form}): {issue}"
                    self.assertEqual(issue["severity"], 2, place)  # 0 error, 1 warning, 2 information
                    if issue["code"] == "UNUSED_OBJECT":
                        unused.add(issue["pointer"])
                    else:
                        self.assertEqual(issue["code"], "UNSUPPORTED_EXTENSION", place)
                        self.assertIn(issue["message"].split("'")[1], UNKNOWN, place)
                # nothing is in a file that nobody names: what core glTF does not use, the property table does
                self.assertEqual(unused, {f"/bufferViews/{view}" for view in report["tables"]}, file)

    def test_breaches_are_found(self):
        city = program.fresh("one_file")
        city.mkdir()
        source = min((self.city / "udx" / "bldg").glob("*.gml"), key=lambda p: p.stat().st_size)
        (city / source.name).write_bytes(source.read_bytes())
        tile = next(program.bake("broken", city).rglob("*.glb"))
        good = tile.read_bytes()
        length = int.from_bytes(good[12:16], "little")
        model = json.loads(good[20:20 + length])
        position = model["accessors"][model["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
        indices = model["bufferViews"][model["accessors"][model["meshes"][0]["primitives"][0]["indices"]]["bufferView"]]["extensions"]["EXT_meshopt_compression"]
        text = f'"max":[{",".join(map(str, position["max"]))}]'.encode()
        self.assertIn(text, good)
        wrong = f'"max":[{",".join(str(v + (k == 0) * (-1 if v % 10 == 9 else 1)) for k, v in enumerate(position["max"]))}]'.encode()
        stream = bytearray(good)
        at = 28 + length + indices["byteOffset"]
        stream[at:at + indices["byteLength"]] = bytes(indices["byteLength"])
        for form, code, bad in (("packed", "MESH_PRIMITIVE_ATTRIBUTES_ACCESSOR_INVALID_FORMAT", good.replace(b'"VEC3"', b'"VEC9"', 1)), ("packed", "UNDECLARED_EXTENSION", good.replace(b'["EXT_structural', b'["EXT_structuraL', 1)),
                                ("plain", "ACCESSOR_MAX_MISMATCH", good.replace(text, wrong)), ("plain", "CANNOT_BE_UNPACKED", bytes(stream))):
            tile.write_bytes(bad)
            found = validate(tile.parent)[str(tile)][form]
            self.assertIn(code, [i["code"] for i in found if i["severity"] == 0], found[:5])


if __name__ == "__main__":
    need("node", MODULES)
    unittest.main(argv=sys.argv[:1], verbosity=2)
