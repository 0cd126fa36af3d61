#!/usr/bin/env python3
"""Checks a 3D Tiles 1.1 tile set against what the specifications say, by itself: no library, none of the program's code.

From: OGC 22-025r4 (3D Tiles 1.1), glTF 2.0, KHR_mesh_quantization, EXT_meshopt_compression (both codecs are decoded here),
EXT_mesh_features, EXT_structural_metadata, and the 3D Metadata specification's binary table format.

usage: tiles_check.py DIR      prints what it found, and every breach; status 1 where there is any
"""
import json
import math
import pathlib
import re
import struct
import sys

A, F = 6378137.0, 1 / 298.257223563  # WGS 84
E2 = F * (2 - F)
COMPONENT = {5120: ("b", 1), 5121: ("B", 1), 5122: ("h", 2), 5123: ("H", 2), 5125: ("I", 4), 5126: ("f", 4)}
COUNT = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
IDENTIFIER = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_]*$")
SCALAR_BYTES = {"INT8": ("b", 1), "UINT8": ("B", 1), "INT16": ("h", 2), "UINT16": ("H", 2), "INT32": ("i", 4), "UINT32": ("I", 4),
                "INT64": ("q", 8), "UINT64": ("Q", 8), "FLOAT32": ("f", 4), "FLOAT64": ("d", 8)}


class Breach(Exception):
    pass


def need(condition, text):
    if not condition:
        raise Breach(text)


def geodetic(x, y, z):
    """ECEF to longitude, latitude (radians), height; Heikkinen-free fixed point iteration."""
    lon, p = math.atan2(y, x), math.hypot(x, y)
    lat = math.atan2(z, p * (1 - E2))
    for _ in range(6):
        n = A / math.sqrt(1 - E2 * math.sin(lat) ** 2)
        h = p / math.cos(lat) - n
        lat = math.atan2(z, p * (1 - E2 * n / (n + h)))
    return lon, lat, p / math.cos(lat) - A / math.sqrt(1 - E2 * math.sin(lat) ** 2)


def ecef(lon, lat, h):
    n = A / math.sqrt(1 - E2 * math.sin(lat) ** 2)
    return (n + h) * math.cos(lat) * math.cos(lon), (n + h) * math.cos(lat) * math.sin(lon), (n * (1 - E2) + h) * math.sin(lat)


# --- EXT_meshopt_compression

def decode_attributes(source, count, stride):
    need(source[0] == 0xA0, f"attribute stream begins with {source[0]:#x}, not 0xa0")
    need(stride % 4 == 0 and 0 < stride <= 256, f"attribute stride {stride}")
    most = min((8192 // stride) & ~15, 256)
    tail = max(32, stride)
    end = len(source) - tail
    previous = list(source[len(source) - stride:])
    out = bytearray(count * stride)
    at = 1
    for first in range(0, count, most):
        n = min(most, count - first)
        groups = (n + 15) // 16
        for k in range(stride):
            heads = source[at:at + (groups + 3) // 4]
            at += len(heads)
            value = previous[k]
            for g in range(groups):
                mode = heads[g // 4] >> (g % 4 * 2) & 3
                if mode == 0:
                    deltas = (0,) * 16
                elif mode == 3:
                    deltas = source[at:at + 16]
                    at += 16
                else:
                    bits, size = (2, 4) if mode == 1 else (4, 8)
                    packed, at = source[at:at + size], at + size
                    deltas, sentinel = [], (1 << bits) - 1
                    for i in range(16):
                        v = packed[i * bits // 8] >> (8 - bits - i * bits % 8) & sentinel
                        if v == sentinel:
                            v, at = source[at], at + 1
                        deltas.append(v)
                for i, d in enumerate(deltas):
                    row = g * 16 + i
                    if row >= n:
                        break
                    value = value + (-(d & 1) ^ d >> 1) & 255
                    out[(first + row) * stride + k] = value
            previous[k] = value
        need(at <= end, "attribute stream ends early")
    need(at == end, f"attribute stream has {end - at} bytes too many")
    return bytes(out)


def decode_triangles(source, count):
    need(source[0] == 0xE1, f"triangle stream begins with {source[0]:#x}, not 0xe1")
    need(count % 3 == 0, f"triangle stream of {count} indices")
    codes, data, aux = 1, 1 + count // 3, len(source) - 16
    edges, vertices, out = [(0, 0)] * 16, [0] * 16, []
    following = last = 0

    def number():
        nonlocal data, last
        value = shift = 0
        while True:
            byte = source[data]
            data += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        last += value >> 1 ^ -(value & 1)
        return last

    def fresh():
        nonlocal following
        following += 1
        return following - 1

    def push(v):
        vertices.insert(0, v)
        vertices.pop()

    for t in range(count // 3):
        high, low = source[codes + t] >> 4, source[codes + t] & 15
        if high < 15:
            a, b = edges[high]
            if low == 0:
                c = fresh()
                push(c)
            elif low < 13:
                c = vertices[low]
            else:
                if low == 15:
                    c = number()
                else:
                    last += -1 if low == 13 else 1
                    c = last
                push(c)
            made = [(c, b), (a, c)]
        else:
            if low < 14:
                e = source[aux + low]
                a = None
            else:
                e, data = source[data], data + 1
                if e == 0:
                    following = 0
                a = fresh() if low == 14 else number()
            z, w = e >> 4, e & 15
            if a is None:
                a = fresh()
            if low < 14:
                b = fresh() if z == 0 else vertices[z - 1]
                c = fresh() if w == 0 else vertices[w - 1]
                new = [a] + ([b] if z == 0 else []) + ([c] if w == 0 else [])
            else:
                b = fresh() if z == 0 else number() if z == 15 else vertices[z - 1]
                c = fresh() if w == 0 else number() if w == 15 else vertices[w - 1]
                new = [a] + ([b] if z in (0, 15) else []) + ([c] if w in (0, 15) else [])
            for v in new:
                push(v)
            made = [(b, a), (c, b), (a, c)]
        for edge in made:
            edges.insert(0, edge)
            edges.pop()
        out += [a, b, c]
    need(data == aux, f"triangle stream has {aux - data} bytes too many")
    return out


# --- glTF

class Glb:
    def __init__(self, data):
        magic, version, length = struct.unpack_from("<4sII", data)
        need(magic == b"glTF" and version == 2, "no binary glTF 2")
        need(length == len(data), f"header says {length} bytes, the file has {len(data)}")
        at, chunks = 12, []
        while at < length:
            size, kind = struct.unpack_from("<I4s", data, at)
            need(size % 4 == 0, "chunk length is no multiple of 4")
            chunks.append((kind, data[at + 8:at + 8 + size]))
            at += 8 + size
        need(at == length, "chunks do not fill the file")
        need([c[0] for c in chunks] in ([b"JSON"], [b"JSON", b"BIN\0"]), f"chunks {[c[0] for c in chunks]}")
        self.json = json.loads(chunks[0][1].decode("utf-8"))
        self.bin = chunks[1][1] if len(chunks) > 1 else b""
        self.decoded = {}
        self.used = set()
        self.one_sided, self.light = [], []

    def extension(self, where, name):
        value = where.get("extensions", {}).get(name)
        if value is not None:
            self.used.add(name)
        return value

    def check_structure(self):
        j = self.json
        known = {"accessors", "asset", "bufferViews", "buffers", "extensions", "extensionsRequired", "extensionsUsed", "images", "materials", "meshes",
                 "nodes", "samplers", "scene", "scenes", "textures"}
        need(set(j) <= known, f"unknown top-level properties {set(j) - known}")
        for key in known - {"asset", "scene", "extensions"}:
            need(key not in j or (isinstance(j[key], list) and j[key]), f"{key} is empty")
        need(j["asset"]["version"] == "2.0", "asset.version")
        need(set(j.get("extensionsRequired", [])) <= set(j.get("extensionsUsed", [])), "required but not used")
        buffers = j.get("buffers", [])
        for i, b in enumerate(buffers):
            need(b["byteLength"] > 0 and "uri" not in b, f"buffer {i}")
            fallback = self.extension(b, "EXT_meshopt_compression")
            if i == 0:
                need(fallback is None and b["byteLength"] <= len(self.bin) <= b["byteLength"] + 3, "buffer 0 does not fit the chunk")
            else:
                need(fallback == {"fallback": True}, f"buffer {i} has no bytes and is no fallback")
        fallback_ends = {}
        for i, v in enumerate(j.get("bufferViews", [])):
            compressed = self.extension(v, "EXT_meshopt_compression")
            offset, length = v.get("byteOffset", 0), v["byteLength"]
            need(length >= 1 and offset + length <= buffers[v["buffer"]]["byteLength"], f"view {i} leaves its buffer")
            if "byteStride" in v:
                need(4 <= v["byteStride"] <= 252 and v["byteStride"] % 4 == 0 and v.get("target") == 34962, f"view {i}: stride")
            if compressed is None:
                need(v["buffer"] == 0, f"view {i} has no bytes")
                continue
            c = compressed
            need(c["buffer"] == 0 and c.get("byteOffset", 0) + c["byteLength"] <= buffers[0]["byteLength"], f"view {i}: compressed bytes leave the buffer")
            need(c["byteStride"] * c["count"] == length, f"view {i}: count * stride is not its length")
            need(c.get("filter", "NONE") == "NONE", f"view {i}: filter")
            need(c["mode"] == ("ATTRIBUTES" if v["target"] == 34962 else "TRIANGLES"), f"view {i}: mode")
            need(c["mode"] == "TRIANGLES" or v["byteStride"] == c["byteStride"], f"view {i}: strides differ")
            need(offset >= fallback_ends.get(v["buffer"], 0), f"view {i} overlaps in the fallback buffer")
            fallback_ends[v["buffer"]] = offset + length

    def view(self, index):
        """The bytes of a buffer view, decoded."""
        if index not in self.decoded:
            v = self.json["bufferViews"][index]
            c = self.extension(v, "EXT_meshopt_compression")
            if c is None:
                self.decoded[index] = self.bin[v.get("byteOffset", 0):v.get("byteOffset", 0) + v["byteLength"]]
            else:
                source = self.bin[c.get("byteOffset", 0):c.get("byteOffset", 0) + c["byteLength"]]
                if c["mode"] == "ATTRIBUTES":
                    self.decoded[index] = decode_attributes(source, c["count"], c["byteStride"])
                else:
                    need(c["byteStride"] in (2, 4), f"view {index}: indices of {c['byteStride']} bytes")
                    self.decoded[index] = struct.pack(f"<{c['count']}{'H' if c['byteStride'] == 2 else 'I'}", *decode_triangles(source, c["count"]))
        return self.decoded[index]

    def accessor(self, index):
        a = self.json["accessors"][index]
        v = self.json["bufferViews"][a["bufferView"]]
        letter, size = COMPONENT[a["componentType"]]
        n = COUNT[a["type"]]
        offset, stride = a.get("byteOffset", 0), v.get("byteStride", size * n)
        need(a["count"] >= 1 and offset % size == 0 and (v.get("byteOffset", 0) + offset) % size == 0, f"accessor {index} is not aligned")
        need(offset + stride * (a["count"] - 1) + size * n <= v["byteLength"], f"accessor {index} leaves its view")
        if "byteStride" in v:
            need(offset % 4 == 0, f"accessor {index}: a vertex attribute is not on 4 bytes")
        data = self.view(a["bufferView"])
        unpack = struct.Struct(f"<{n}{letter}").unpack_from
        rows = [unpack(data, offset + stride * i) for i in range(a["count"])]
        for name, pick in (("min", min), ("max", max)):
            if name in a:
                found = [pick(r[k] for r in rows) for k in range(n)]
                need(found == a[name], f"accessor {index}: {name} is {a[name]}, the data has {found}")
        return rows

    def table(self):
        """The property table: rows of names and values, None where there is none."""
        ext = self.extension(self.json, "EXT_structural_metadata")
        need(ext is not None and len(ext["propertyTables"]) == 1, "one property table")
        schema, table = ext["schema"], ext["propertyTables"][0]
        need(IDENTIFIER.match(schema["id"]), "schema id")
        for name, e in schema.get("enums", {}).items():
            need(IDENTIFIER.match(name) and e["values"], f"enum {name}")
            need(len({v["value"] for v in e["values"]}) == len(e["values"]) == len({v["name"] for v in e["values"]}), f"enum {name}: values repeat")
        properties = schema["classes"][table["class"]]["properties"]
        need(all(IDENTIFIER.match(c) for c in schema["classes"]), "class id")
        given = table.get("properties", {})
        need(set(given) <= set(properties), "the table has properties that the class has not")
        semantics = [p["semantic"] for p in properties.values() if "semantic" in p]
        need(len(semantics) == len(set(semantics)), "a semantic is given twice")
        count, columns = table["count"], {}
        need(count >= 1, "an empty table")
        for name, p in properties.items():
            need(IDENTIFIER.match(name), f"property id {name}")
            need(not (p.get("required") and "noData" in p), f"{name}: required with noData")
            need(name in given or not p.get("required"), f"{name}: required and absent")
            need(not (p.get("required") and "default" in p), f"{name}: required with a default")
            if name not in given:
                columns[p.get("name", name)] = [p.get("default")] * count
                continue
            for view in given[name].values():
                need(self.json["bufferViews"][view].get("byteOffset", 0) % 8 == 0, f"{name}: not aligned to 8 bytes")
            data = self.view(given[name]["values"])
            if p["type"] == "STRING":
                offsets = self.view(given[name]["stringOffsets"])
                need(len(offsets) == 4 * (count + 1), f"{name}: {len(offsets)} bytes of offsets")
                offsets = struct.unpack(f"<{count + 1}I", offsets)
                need(offsets[0] == 0 and all(a <= b for a, b in zip(offsets, offsets[1:])) and offsets[-1] == len(data), f"{name}: offsets")
                values = [data[a:b].decode("utf-8") for a, b in zip(offsets, offsets[1:])]
            elif p["type"] == "BOOLEAN":
                need(len(data) == (count + 7) // 8 and "noData" not in p, f"{name}: booleans")
                values = [bool(data[i // 8] >> i % 8 & 1) for i in range(count)]
            else:
                enum = schema["enums"][p["enumType"]] if p["type"] == "ENUM" else None
                need(enum is not None or p["type"] == "SCALAR", f"{name}: type {p['type']}")
                letter, size = SCALAR_BYTES[enum["valueType"] if enum else p["componentType"]]
                need(len(data) == size * count, f"{name}: {len(data)} bytes for {count} values of {size}")
                values = struct.unpack(f"<{count}{letter}", data)
                if enum:
                    words = {v["value"]: v["name"] for v in enum["values"]}
                    need(set(values) <= set(words), f"{name}: value outside its enum")
                    need("noData" not in p or p["noData"] in words.values(), f"{name}: noData is no word of the enum")
                    values = [words[v] for v in values]
            if "noData" in p:
                values = [None if v == p["noData"] else v for v in values]
            need(p.get("semantic") != "ID" or (p["type"] == "STRING" and None not in values), f"{name}: an ID that is no text")
            columns[p.get("name", name)] = list(values)
        return count, columns

    def triangles(self):
        """(ECEF corners, feature row) of every triangle, in z-up axes; checks every primitive."""
        j = self.json
        rows, _ = self.table()
        out = []

        def multiply(m, n):
            return [sum(m[k * 4 + r] * n[c * 4 + k] for k in range(4)) for c in range(4) for r in range(4)]

        def visit(index, matrix):
            node = j["nodes"][index]
            if "matrix" in node:
                need(not {"translation", "rotation", "scale"} & set(node) and len(node["matrix"]) == 16, f"node {index}")
                m = node["matrix"]
                for c in range(3):
                    need(abs(math.dist(m[c * 4:c * 4 + 3], (0, 0, 0)) - 1) < 1e-12, f"node {index}: axis {c} is not of length 1")
                    need(abs(sum(m[c * 4 + k] * m[(c + 1) % 3 * 4 + k] for k in range(3))) < 1e-12, f"node {index}: axes are not square")
            else:
                t, s = node.get("translation", [0, 0, 0]), node.get("scale", [1, 1, 1])
                need("rotation" not in node, f"node {index}: rotation")
                m = [s[0], 0, 0, 0, 0, s[1], 0, 0, 0, 0, s[2], 0, *t, 1]
            matrix = multiply(matrix, m)
            if "mesh" in node:
                for p in j["meshes"][node["mesh"]]["primitives"]:
                    out.extend(self.primitive(p, matrix, rows))
            for child in node.get("children", []):
                visit(child, matrix)

        for node in j["scenes"][j["scene"]].get("nodes", []):
            visit(node, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
        expected = set(self.used)
        if any(a["componentType"] != 5126 for p in j.get("meshes", []) for q in p["primitives"] for n, a in ((n, j["accessors"][i]) for n, i in q["attributes"].items()) if n in ("POSITION", "NORMAL")):
            expected.add("KHR_mesh_quantization")
        need(expected <= set(j.get("extensionsUsed", [])), f"extensions {expected - set(j.get('extensionsUsed', []))} are not declared")
        need(set(j.get("extensionsUsed", [])) <= expected | {"KHR_mesh_quantization"}, "an extension is declared and not used")
        return out

    def primitive(self, p, matrix, rows):
        j = self.json
        need(p.get("mode", 4) == 4, "no triangles")
        attributes = {n: j["accessors"][i] for n, i in p["attributes"].items()}
        allowed = {"POSITION": {(5126, "VEC3", False), (5123, "VEC3", False)}, "NORMAL": {(5126, "VEC3", False), (5120, "VEC3", True)},
                   "_FEATURE_ID_0": {(5123, "SCALAR", False), (5126, "SCALAR", False)}, "COLOR_0": {(5121, "VEC4", True)}, "TEXCOORD_0": {(5126, "VEC2", False)},
                   "_TENBO_LIGHT": {(5121, "VEC2", True)}}
        for n, a in attributes.items():
            need((a["componentType"], a["type"], a.get("normalized", False)) in allowed[n], f"{n}: {a}")
            need(a["count"] == attributes["POSITION"]["count"], f"{n}: count")
        need("min" in attributes["POSITION"] and "max" in attributes["POSITION"], "POSITION without min and max")
        material = j["materials"][p["material"]]
        texture = material["pbrMetallicRoughness"].get("baseColorTexture")
        need((texture is not None) == ("TEXCOORD_0" in attributes), "texture and coordinates do not go together")
        if texture is not None:
            texture = j["textures"][texture["index"]]
            webp = self.extension(texture, "EXT_texture_webp") if "extensions" in texture else None
            image = j["images"][(webp or texture)["source"]]
            head = self.view(image["bufferView"])[:12]
            starts = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF"}[image["mimeType"]]
            need(head.startswith(starts), f"image is no {image['mimeType']}")
            need((webp is not None) == (head[8:12] == b"WEBP"), "EXT_texture_webp and the picture do not go together")
            need(webp is None or "EXT_texture_webp" in j["extensionsRequired"], "EXT_texture_webp has no plain picture beside it, and is not required")
        for n in self.accessor(p["attributes"]["NORMAL"]):
            need(abs(math.sqrt(sum((v / 127) ** 2 for v in n)) - 1) < 0.02, f"normal {n} is not of length 1")
        positions = self.accessor(p["attributes"]["POSITION"])
        if "TEXCOORD_0" in attributes:
            need(all(math.isfinite(v) for r in self.accessor(p["attributes"]["TEXCOORD_0"]) for v in r), "texture coordinates")
        m = matrix
        world = []
        for q in positions:
            g = [m[r] * q[0] + m[4 + r] * q[1] + m[8 + r] * q[2] + m[12 + r] for r in range(3)]
            world.append((g[0], -g[2], g[1]))  # y-up to z-up
        ids = self.extension(p, "EXT_mesh_features")["featureIds"]
        need(len(ids) == 1 and ids[0]["attribute"] == 0 and ids[0]["propertyTable"] == 0, f"feature ids {ids}")
        feature = [int(r[0]) for r in self.accessor(p["attributes"]["_FEATURE_ID_0"])]
        need(all(0 <= f < rows for f in feature), "feature id outside the table")
        need(len(set(feature)) == ids[0]["featureCount"], "featureCount is not how many features the primitive names")
        indices = [r[0] for r in self.accessor(p["indices"])]
        limit = 65535 if j["accessors"][p["indices"]]["componentType"] == 5123 else 2 ** 32 - 1
        need(len(indices) % 3 == 0 and max(indices) < len(positions) and max(indices) < limit, "indices")
        need("byteStride" not in j["bufferViews"][j["accessors"][p["indices"]]["bufferView"]], "indices with a stride")
        out = []
        for i in range(0, len(indices), 3):
            a, b, c = indices[i:i + 3]
            need(feature[a] == feature[b] == feature[c], "a triangle of two features")
            out.append(((world[a], world[b], world[c]), feature[a]))
        need("_TENBO_LIGHT" in attributes, "a primitive without light")
        self.light += self.accessor(p["attributes"]["_TENBO_LIGHT"])
        if not material.get("doubleSided", False):
            self.one_sided += out
        return out


class Tile:
    """A tile of the tree, its content read."""
    def __init__(self, json_tile, level):
        self.json, self.level, self.children = json_tile, level, []
        self.error, self.region = json_tile["geometricError"], json_tile["boundingVolume"]["region"]
        self.triangles, self.columns, self.rows = [], {}, 0
        self.one_sided, self.light = [], []  # triangles whose back is not drawn; sky and sun of all vertices, 0 to 255


def read_tileset(folder):
    """The root Tile; raises Breach at the first rule that is broken."""
    folder = pathlib.Path(folder)
    top = json.loads((folder / "tileset.json").read_text(encoding="utf-8"))
    need(set(top) <= {"asset", "geometricError", "root", "extras"}, f"tileset.json has {set(top)}")
    need(top["asset"]["version"] == "1.1" and set(top["asset"]) <= {"version", "tilesetVersion", "extras"}, "asset")
    need(isinstance(top["geometricError"], (int, float)) and top["geometricError"] >= top["root"]["geometricError"], "geometricError of the set")
    need(top["root"].get("refine") in ("ADD", "REPLACE"), "root without refine")
    seen = set()

    def visit(j, parent, level):
        need(set(j) <= {"boundingVolume", "geometricError", "refine", "content", "children"}, f"tile has {set(j)}")
        need(set(j["boundingVolume"]) == {"region"}, "bounding volume")
        w, s, e, n, low, high = j["boundingVolume"]["region"]
        need(-math.pi <= w <= e <= math.pi and -math.pi / 2 <= s <= n <= math.pi / 2 and low <= high, f"region {j['boundingVolume']}")
        need(j["geometricError"] >= 0, "negative geometricError")
        if parent is not None:
            pw, ps, pe, pn, plow, phigh = parent["boundingVolume"]["region"]
            need(pw <= w and ps <= s and pe >= e and pn >= n and plow <= low and phigh >= high, "a child's region leaves its parent's")
            need(j["geometricError"] <= parent["geometricError"], "a child's geometricError is larger than its parent's")
        need("children" not in j or j["children"], "children is empty")
        need("content" in j or "children" in j, "a tile of nothing")
        tile = Tile(j, level)
        if "content" in j:
            uri = j["content"]["uri"]
            need(set(j["content"]) == {"uri"} and not uri.startswith(("/", ".")) and "//" not in uri and ":" not in uri and uri not in seen, f"uri {uri}")
            seen.add(uri)
            try:
                glb = Glb((folder / uri).read_bytes())
                glb.check_structure()
                tile.rows, tile.columns = glb.table()
                tile.triangles = glb.triangles()
                tile.one_sided, tile.light = glb.one_sided, glb.light
                for corners, _ in tile.triangles:
                    for p in corners:
                        lon, lat, h = geodetic(*p)
                        need(w <= lon <= e and s <= lat <= n and low <= h <= high, f"a vertex at {lon}, {lat}, {h} lies outside its region {j['boundingVolume']['region']}")
            except Breach as b:
                raise Breach(f"{uri}: {b}") from None
        for child in j.get("children", []):
            tile.children.append(visit(child, j, level + 1))
        return tile

    root = visit(top["root"], None, 0)
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    need(files - {".tenbo-bake.json"} == seen | {"tileset.json"}, f"files that no tile names: {sorted(files - seen - {'tileset.json'})[:5]}")
    return root


def all_tiles(tile):
    yield tile
    for child in tile.children:
        yield from all_tiles(child)


def leaves(tile):
    return [t for t in all_tiles(tile) if not t.children]


def main():
    try:
        root = read_tileset(sys.argv[1])
    except Breach as b:
        print(f"BREACH: {b}")
        return 1
    tiles = list(all_tiles(root))
    print(f"{len(tiles)} tiles, {max(t.level for t in tiles) + 1} levels; leaves: {sum(t.rows for t in leaves(root))} features, {sum(len(t.triangles) for t in leaves(root))} triangles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
