#!/usr/bin/env python3
"""tenbo bake's JSON against the specifications' own JSON schemas, wherever these are on this machine.

TENBO_SCHEMAS names a folder that holds, at any depth, specification/schema of 3D Tiles 1.1, specification/2.0/schema of glTF,
and the schema folders of EXT_structural_metadata, EXT_mesh_features and EXT_meshopt_compression.

usage: schemas_test.py TENBO SCRATCH
"""
import json
import os
import pathlib
import sys
import unittest
import warnings

from web_support import SKIP, Program, footprints, jpeg_city

warnings.simplefilter("ignore", DeprecationWarning)
SCHEMAS = os.environ.get("TENBO_SCHEMAS")
program = Program(sys.argv[1], sys.argv[2])


def schema(name):
    """A validator of one schema and what it refers to: files of the same specification first, then glTF's."""
    import jsonschema
    first = sorted(pathlib.Path(SCHEMAS).rglob(name))
    core = sorted(pathlib.Path(SCHEMAS).rglob("glTF.schema.json"))
    if not first or not core:
        raise AssertionError(f"{SCHEMAS} holds no {name if not first else 'glTF.schema.json'}")
    known = {}
    for folder in (first[0].parent, core[0].parent):
        for path in sorted(folder.rglob("*.schema.json")):
            known.setdefault(path.name, json.loads(path.read_text(encoding="utf-8")))

    def flat(node):  # references by file name alone
        if isinstance(node, dict):
            node.pop("$id", None)
            if isinstance(node.get("$ref"), str) and not node["$ref"].startswith("#"):
                file, _, place = node["$ref"].partition("#")
                node["$ref"] = f"flat:/{file.rsplit('/', 1)[-1]}#{place}"
            for value in node.values():
                flat(value)
        elif isinstance(node, list):
            for value in node:
                flat(value)
    for one in known.values():
        flat(one)
    top = known[name]
    kind = jsonschema.validators.validator_for(top)
    return kind(top, resolver=jsonschema.RefResolver(f"flat:/{name}", top, handlers={"flat": lambda uri: known[uri.rsplit("/", 1)[-1]]}))


def glb_json(path):
    data = path.read_bytes()
    return json.loads(data[20:20 + int.from_bytes(data[12:16], "little")])


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.of = {name: schema(f"{name}.schema.json") for name in ("tileset", "glTF", "glTF.EXT_structural_metadata", "mesh.primitive.EXT_mesh_features", "bufferView.EXT_meshopt_compression", "buffer.EXT_meshopt_compression")}

    def breaches(self, name, value):
        return [f"{name}: {'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in self.of[name].iter_errors(value)]

    def of_model(self, model):
        out = self.breaches("glTF", model) + self.breaches("glTF.EXT_structural_metadata", model["extensions"]["EXT_structural_metadata"])
        for mesh in model.get("meshes", []):
            for primitive in mesh["primitives"]:
                out += self.breaches("mesh.primitive.EXT_mesh_features", primitive["extensions"]["EXT_mesh_features"])
        for kind in ("bufferView", "buffer"):
            for one in model.get(f"{kind}s", []):
                if "extensions" in one:
                    out += self.breaches(f"{kind}.EXT_meshopt_compression", one["extensions"]["EXT_meshopt_compression"])
        return out

    def test_every_file(self):
        city = program.city(300)
        houses, roads = footprints(program)
        for name, inputs in (("city", [city]), ("jpeg", [jpeg_city(program, city)]), ("all", [city / "udx" / "bldg", houses, roads])):
            out = program.bake(name, *inputs)
            self.assertEqual(self.breaches("tileset", json.loads((out / "tileset.json").read_text(encoding="utf-8"))), [])
            for tile in out.rglob("*.glb"):
                self.assertEqual(self.of_model(glb_json(tile)), [], tile)

    def test_breaches_are_found(self):
        houses, _ = footprints(program)
        out = program.bake("houses", houses)
        top = json.loads((out / "tileset.json").read_text(encoding="utf-8"))
        text = json.dumps(glb_json(next(out.rglob("*.glb"))))
        for old, new in (('"count": ', '"count": -'), ('"type": "STRING"', '"type": 3'), ('"featureCount": ', '"featureCount": -'), ('"mode": "TRIANGLES"', '"mode": 4'), ('"fallback": true', '"fallback": 1')):
            self.assertIn(old, text)
            wrong = json.loads(text.replace(old, new, 1))
            found = self.of_model(wrong)
            self.assertTrue(found, old)
        for key in ("asset", "geometricError", "root"):
            self.assertTrue(self.breaches("tileset", {k: v for k, v in top.items() if k != key}), key)


if __name__ == "__main__":
    if not SCHEMAS:
        print("skipped: TENBO_SCHEMAS names no folder with the specifications' schemas")
        sys.exit(SKIP)
    unittest.main(argv=sys.argv[:1], verbosity=2)
