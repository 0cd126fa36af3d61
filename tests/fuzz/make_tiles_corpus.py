#!/usr/bin/env python3
"""Writes the corpus of the fuzzers gltf, tile, tileset, quantized_mesh, heightmap,
ktx2 and wmts: small files made here, the same bytes each time.
usage: tests/fuzz/make_tiles_corpus.py"""
import json
import pathlib
import struct
import zlib

CORPUS = pathlib.Path(__file__).parent / "corpus"


def pad(data, fill, to=4):
    return data + fill * (-len(data) % to)


def glb(document, binary=b""):
    text = pad(json.dumps(document, separators=(",", ":")).encode(), b" ")
    binary = pad(binary, b"\0")
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    if binary:
        chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def tile(magic, features, feature_binary=b"", batches=None, batch_binary=b"", body=b"", form=None):
    features = pad(json.dumps(features).encode(), b" ", 8)
    feature_binary = pad(feature_binary, b"\0", 8)
    batches = b"" if batches is None else pad(json.dumps(batches).encode(), b" ", 8)
    header = 28 if form is None else 32
    size = header + len(features) + len(feature_binary) + len(batches) + len(batch_binary) + len(body)
    out = struct.pack("<4s6I", magic, 1, size, len(features), len(feature_binary), len(batches), len(batch_binary))
    return out + (b"" if form is None else struct.pack("<I", form)) + features + feature_binary + batches + batch_binary + body


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


TRIANGLE = floats(0, 0, 0, 1, 0, 0, 0, 1, 0)


def document(**more):
    out = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "buffers": [{"byteLength": 36}], "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
    }
    out.update(more)
    return out


def write(subject, name, data):
    folder = CORPUS / subject
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def gltf():
    write("gltf", "empty.glb", b"")
    write("gltf", "triangle.glb", glb(document(), TRIANGLE))
    write("gltf", "cut.glb", glb(document(), TRIANGLE)[:-20])
    write("gltf", "triangle.gltf", json.dumps(document()))
    write("gltf", "circle.glb", glb(document(nodes=[{"mesh": 0, "children": [1]}, {"children": [0]}]), TRIANGLE))
    write("gltf", "huge_count.glb", glb(document(accessors=[{"componentType": 5126, "count": 1 << 40, "type": "VEC3"}]), TRIANGLE))
    write("gltf", "deep.gltf", '{"a":' * 5000 + "1" + "}" * 5000)
    write("gltf", "required.glb", glb(document(extensionsRequired=["KHR_texture_basisu"]), TRIANGLE))
    sparse = {"count": 1, "indices": {"bufferView": 1, "componentType": 5123}, "values": {"bufferView": 2}}
    write("gltf", "sparse.glb", glb(document(
        buffers=[{"byteLength": 52}],
        bufferViews=[{"buffer": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": 2}, {"buffer": 0, "byteOffset": 40, "byteLength": 12}],
        accessors=[{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "sparse": sparse}]), TRIANGLE + b"\2\0\0\0" + floats(7, 8, 9)))
    for mode in range(7):
        write("gltf", f"mode{mode}.glb", glb(document(meshes=[{"primitives": [{"mode": mode, "attributes": {"POSITION": 0}}]}]), TRIANGLE))
    write("gltf", "instances.glb", glb(document(
        nodes=[{"mesh": 0, "extensions": {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 0, "SCALE": 0}}}}]), TRIANGLE))
    meshopt = {"buffer": 0, "byteLength": 36, "byteStride": 12, "count": 3, "mode": "ATTRIBUTES"}
    write("gltf", "meshopt.glb", glb(document(bufferViews=[{"buffer": 0, "byteLength": 36, "extensions": {"EXT_meshopt_compression": meshopt}}]), b"\xa0" + TRIANGLE))
    draco = {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}}
    write("gltf", "draco.glb", glb(document(meshes=[{"primitives": [{"attributes": {"POSITION": 0}, "extensions": draco}]}]), b"DRACO\2\2\1\1" + TRIANGLE))
    schema = {"id": "s", "classes": {"c": {"properties": {"n": {"type": "STRING"}, "a": {"type": "SCALAR", "componentType": "UINT8", "array": True}}}}}
    rows = {"class": "c", "count": 2, "properties": {"n": {"values": 3, "stringOffsets": 2}, "a": {"values": 3, "arrayOffsets": 2}}}
    features = {"EXT_mesh_features": {"featureIds": [{"featureCount": 2, "attribute": 0, "propertyTable": 0}]}}
    write("gltf", "features.glb", glb(document(
        extensions={"EXT_structural_metadata": {"schema": schema, "propertyTables": [rows]}},
        meshes=[{"primitives": [{"attributes": {"POSITION": 0, "_FEATURE_ID_0": 1}, "extensions": features}]}],
        buffers=[{"byteLength": 66}],
        bufferViews=[{"buffer": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": 12}, {"buffer": 0, "byteOffset": 48, "byteLength": 12}, {"buffer": 0, "byteOffset": 60, "byteLength": 6}],
        accessors=[{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}, {"bufferView": 1, "componentType": 5126, "count": 3, "type": "SCALAR"}]),
        TRIANGLE + floats(1, 1, 0) + struct.pack("<3I", 0, 3, 6) + b"abcdef"))


def tiles():
    model = glb(document(), TRIANGLE)
    b3dm = tile(b"b3dm", {"BATCH_LENGTH": 2, "RTC_CENTER": [1, 2, 3]}, b"", {"id": ["a", "b"], "h": {"byteOffset": 0, "componentType": "DOUBLE", "type": "SCALAR"}},
                struct.pack("<2d", 1, 2), model)
    i3dm = tile(b"i3dm", {"INSTANCES_LENGTH": 2, "POSITION": {"byteOffset": 0}, "EAST_NORTH_UP": True, "SCALE": {"byteOffset": 0}}, floats(1, 2, 3, 4, 5, 6), {"id": [1, 2]}, b"", model, 1)
    pnts = tile(b"pnts", {"POINTS_LENGTH": 2, "POSITION": {"byteOffset": 0}, "RGB": {"byteOffset": 24}, "BATCH_ID": {"byteOffset": 24, "componentType": "UNSIGNED_BYTE"}, "BATCH_LENGTH": 2},
                floats(0, 0, 0, 1, 1, 1) + bytes(range(6)), {"id": [1, 2]})
    quantized = {"QUANTIZED_VOLUME_OFFSET": [0, 0, 0], "QUANTIZED_VOLUME_SCALE": [1, 1, 1]}
    write("tile", "plain.b3dm", b3dm)
    write("tile", "plain.i3dm", i3dm)
    write("tile", "plain.pnts", pnts)
    write("tile", "uri.i3dm", tile(b"i3dm", {"INSTANCES_LENGTH": 1, "POSITION": {"byteOffset": 0}}, floats(1, 2, 3), None, b"", b"model.glb", 0))
    write("tile", "oct.i3dm", tile(b"i3dm", {"INSTANCES_LENGTH": 1, "POSITION_QUANTIZED": {"byteOffset": 0}, "NORMAL_UP_OCT32P": {"byteOffset": 0}, "NORMAL_RIGHT_OCT32P": {"byteOffset": 4}, **quantized},
                                   struct.pack("<4H", 1, 2, 3, 4), None, b"", model, 1))
    write("tile", "quantized.pnts", tile(b"pnts", {"POINTS_LENGTH": 1, "POSITION_QUANTIZED": {"byteOffset": 0}, "RGB565": {"byteOffset": 6}, "NORMAL_OCT16P": {"byteOffset": 6}, **quantized}, struct.pack("<4H", 1, 2, 3, 4)))
    write("tile", "draco.pnts", tile(b"pnts", {"POINTS_LENGTH": 1, "POSITION": {"byteOffset": 0}, "extensions": {"3DTILES_draco_point_compression": {"properties": {"POSITION": 0}, "byteOffset": 0, "byteLength": 16}}},
                                     b"DRACO\2\2\0\0" + bytes(7)))
    hierarchy = {"instancesLength": 2, "classIds": [0, 0], "parentIds": [1, 0], "classes": [{"name": "c", "length": 2, "instances": {"v": [1, 2]}}]}
    write("tile", "hierarchy.b3dm", tile(b"b3dm", {"BATCH_LENGTH": 2}, b"", {"extensions": {"3DTILES_batch_table_hierarchy": hierarchy}}, b"", model))
    write("tile", "plain.cmpt", struct.pack("<4s3I", b"cmpt", 1, 16 + len(b3dm) + len(pnts), 2) + b3dm + pnts)
    write("tile", "lies.cmpt", struct.pack("<4s3I", b"cmpt", 1, 16 + len(b3dm), 1 << 31) + b3dm)
    write("tile", "nan.pnts", tile(b"pnts", {"POINTS_LENGTH": 1, "POSITION": {"byteOffset": 0}}, floats(float("nan"), float("inf"), 0)))
    write("tile", "cut.b3dm", b3dm[:60])
    write("tile", "many.pnts", tile(b"pnts", {"POINTS_LENGTH": 99999999, "POSITION": {"byteOffset": 0}}, floats(0, 0, 0)))


def tilesets():
    box = {"box": [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]}

    def tileset(root, **more):
        return json.dumps({"asset": {"version": "1.1"}, "geometricError": 1, "root": {"boundingVolume": box, "geometricError": 1, "refine": "ADD", **root}, **more})

    implicit = {"subdivisionScheme": "QUADTREE", "subtreeLevels": 2, "availableLevels": 3, "subtrees": {"uri": "{level}.{x}.{y}.subtree"}}
    everything = json.dumps({"tileAvailability": {"constant": 1}, "contentAvailability": [{"constant": 1}], "childSubtreeAvailability": {"constant": 1}})
    write("tileset", "plain.json", tileset({"content": {"uri": "a.glb"}, "children": [{"boundingVolume": {"sphere": [0, 0, 0, 1]}, "geometricError": 0, "transform": [1] * 16}]}))
    write("tileset", "region.json", tileset({"boundingVolume": {"region": [3, -1, -3, 1, 0, 1]}, "viewerRequestVolume": box}))
    write("tileset", "circle.json", tileset({"content": {"uri": "b.json"}}) + "\n----\n" + tileset({"content": {"uri": "b.json"}}))
    write("tileset", "external.json", tileset({"content": {"uri": "b/c.json"}}) + "\n----\n" + tileset({"content": {"uri": "../x.glb"}}))
    write("tileset", "outside.json", tileset({"content": {"uri": "../../etc/passwd"}}))
    write("tileset", "implicit.json", tileset({"content": {"uri": "{level}.glb"}, "implicitTiling": implicit}) + "\n----\n" + everything)
    octree = {**implicit, "subdivisionScheme": "OCTREE", "subtreeLevels": 3, "availableLevels": 30}
    write("tileset", "octree.json", tileset({"contents": [{"uri": "{z}.glb"}], "implicitTiling": octree}) + "\n----\n" + everything)
    binary = pad(json.dumps({"buffers": [{"byteLength": 8}], "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": 1}, {"buffer": 0, "byteOffset": 2, "byteLength": 2}],
                             "tileAvailability": {"bitstream": 0}, "contentAvailability": [{"bitstream": 0}], "childSubtreeAvailability": {"bitstream": 1}}).encode(), b" ", 8)
    subtree = b"subt" + struct.pack("<IQQ", 1, len(binary), 8) + binary + b"\x13\0\0\x20\0\0\0\0"
    write("tileset", "subtree.json", tileset({"content": {"uri": "{x}.glb"}, "implicitTiling": implicit}).encode() + b"\n----\n" + subtree)
    schema = {"id": "s", "classes": {"c": {"properties": {"n": {"type": "SCALAR", "componentType": "UINT8"}, "e": {"type": "ENUM", "enumType": "e"}}}}, "enums": {"e": {"values": [{"name": "x", "value": 1}]}}}
    write("tileset", "metadata.json", tileset({"metadata": {"class": "c", "properties": {"n": 1}}, "content": {"uri": "a", "group": 0}}, schema=schema, groups=[{"class": "c", "properties": {"e": "x"}}]))
    write("tileset", "s2.json", tileset({"boundingVolume": {"extensions": {"3DTILES_bounding_volume_S2": {"token": "89c6c7", "minimumHeight": 0, "maximumHeight": 1}}}}))
    s2 = {"extensions": {"3DTILES_bounding_volume_S2": {"token": "1", "minimumHeight": 0, "maximumHeight": 1}}}
    write("tileset", "s2_octree.json", tileset({"boundingVolume": s2, "content": {"uri": "{x}.glb"}, "implicitTiling": {**octree, "availableLevels": 4}}) + "\n----\n" + everything)
    spdcf = [{"A": 1, "alpha": 0, "beta": 1, "T": 1}] * 3
    gpm = {"masterRecord": {"version": "1", "implementation": "x", "modelCoordSystem": {"mcsType": "ECEF", "crsEcef": {"id": 7662}}, "idInformation": {"datasetId": "d", "referenceDateTime": "2024-02-29"}},
           "unmodeledErrorRecord": {"uniqueId": "u", "corrRotationThetas": [0, 0, 0], "corrParams": spdcf, "posts": []}, "interpolationParams": {"interpolationMode": "nearestNeighbor"},
           "interTileCorrelationGroups": [], "threeDimConformalParams": {"flags": [True] * 7, "recentering": [0, 0, 0], "normalizingScaleFactor": 1, "parameters": [0] * 7, "covariance": [0] * 28}}
    write("tileset", "gpm.json", tileset({}, extensionsUsed=["NGA_gpm"], extensions={"NGA_gpm": gpm}))
    grid = {"type": "quad", "center": [0, 0], "size": [1, 1], "srs": {"referenceSystem": "ITRF2008", "epoch": "2005.0", "coordinateSystem": "UTM54N", "elevation": "EGM2008"}}
    write("tileset", "grid.json", tileset({"extensions": {"MAXAR_grid": {"boundingBox": [0] * 6, "level": 0, "index": [0, 0]}}}, extensionsUsed=["MAXAR_grid"], extensions={"MAXAR_grid": grid}))
    shape = json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [0.001, 0], [0.001, 0.001], [0, 0]]]}})
    write("tileset", "extent.json", tileset({}, extensionsUsed=["MAXAR_extent"], extensions={"MAXAR_extent": {"uri": "e.geojson"}}) + "\n----\n" + shape)
    write("tile", "polygon.geojson", shape)
    write("tile", "lines.geojson", json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "id": 1, "properties": {"a": [1], "b": None}, "geometry": {"type": "MultiLineString", "coordinates": [[[0, 0], [0.001, 0, 5], [180, -90]]]}},
                                                                                         {"type": "Feature", "properties": None, "geometry": None}]}))
    write("tileset", "deep.json", '{"root":{"children":[' * 3000)
    write("tileset", "empty.json", "")


def terrain(vertices, triangles, low=0.0, high=100.0, extensions=b"", form="H"):
    """A quantized-mesh tile: vertices (u, v, h), triangles in the order of first use."""
    out = struct.pack("<3d2f4d3d", 1, 2, 3, low, high, 1, 2, 3, 4, 1, 2, 3) + struct.pack("<I", len(vertices))
    for axis in range(3):
        last = 0
        for vertex in vertices:
            step, last = vertex[axis] - last, vertex[axis]
            out += struct.pack("<H", 2 * step if step >= 0 else -2 * step - 1)
    if form == "I":
        out = pad(out, b"\0")
    out += struct.pack("<I", len(triangles) // 3)
    high_water = 0
    for index in triangles:
        out += struct.pack("<" + form, high_water - index)
        high_water += index == high_water
    for axis, value in ((0, 0), (1, 0), (0, 32767), (1, 32767)):
        edge = [i for i, vertex in enumerate(vertices) if vertex[axis] == value]
        out += struct.pack(f"<I{len(edge)}{form}", len(edge), *edge)
    return out + extensions


def quantized_meshes():
    def extension(number, body):
        return struct.pack("<BI", number, len(body)) + body
    square = [(0, 0, 0), (32767, 0, 32767), (0, 32767, 100), (32767, 32767, 5)]
    two = [0, 1, 2, 2, 1, 3]
    normals = extension(1, b"\x80" * 8)
    metadata = extension(4, struct.pack("<I", 2) + b"{}")
    write("quantized_mesh", "plain.terrain", terrain(square, two))
    write("quantized_mesh", "empty.terrain", terrain([], []))
    write("quantized_mesh", "extensions.terrain", terrain(square, two, extensions=normals + extension(2, b"\xff") + metadata + extension(9, b"what")))
    write("quantized_mesh", "old_order.terrain", terrain(square, two, extensions=struct.pack("<B", 1) + struct.pack(">I", 8) + b"\x80" * 8))
    write("quantized_mesh", "filling.terrain", terrain(square, two, extensions=extension(200, struct.pack("<I", 1))))
    write("quantized_mesh", "overfilled.terrain", terrain(square, two, extensions=extension(200, struct.pack("<I", 9000))))
    write("quantized_mesh", "cut.terrain", terrain(square, two)[:-7])
    write("quantized_mesh", "nan.terrain", terrain(square, two, low=float("nan")))
    write("quantized_mesh", "inf.terrain", terrain(square, two, high=float("inf")))
    write("quantized_mesh", "lies.terrain", terrain(square, two)[:88] + struct.pack("<I", 0xFFFFFFF0) + terrain(square, two)[92:])
    write("quantized_mesh", "many_triangles.terrain", terrain(square, [])[:116] + struct.pack("<I", 0x55555556))


def heightmaps():
    slope = b"".join(struct.pack("<H", 5000 + 30 * row + column) for row in range(65) for column in range(65))
    write("heightmap", "plain.terrain", slope + b"\x0f\x00")
    write("heightmap", "steep.terrain", b"\x00\x00\xff\xff" * 2112 + b"\x00\x00" + b"\x00\xff")
    write("heightmap", "alone.terrain", slope)
    write("heightmap", "cut.terrain", slope[:-1])
    write("heightmap", "empty.terrain", b"")


def ktx2(vk_format, width, height, levels, packing=0, whole=None, shared=b""):
    """`levels`: their bytes, the largest picture first; `shared`: BasisLZ's tables."""
    out = b"\xabKTX 20\xbb\r\n\x1a\n" + struct.pack("<9I", vk_format, 1, width, height, 0, 0, 1, len(levels), packing)
    at = 80 + 24 * len(levels)
    out += struct.pack("<4I2Q", 0, 0, 0, 0, at if shared else 0, len(shared))
    at += len(shared)
    for level, bytes_ in enumerate(levels):
        out += struct.pack("<3Q", at, len(bytes_), whole or len(bytes_))
        at += len(bytes_)
    return out + shared + b"".join(levels)


def zstd_stored(data):
    """A Zstandard frame (RFC 8878) of one block that is not compressed."""
    return struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data)) + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def zstd_repeated(byte, count):
    """The same of a block that is one byte, `count` times (at most 128 KiB)."""
    return struct.pack("<IBI", 0xFD2FB528, 0xA0, count) + struct.pack("<I", count << 3 | 2 | 1)[:3] + bytes([byte])


def pictures():
    pixels = bytes(range(64))
    for vk_format, size in ((9, 16), (16, 32), (23, 48), (30, 48), (37, 64), (44, 64), (131, 8), (133, 8), (135, 16), (137, 16), (139, 8), (141, 16)):
        write("ktx2", f"format{vk_format}.ktx2", ktx2(vk_format, 4, 4, [pixels[:size]]))
    write("ktx2", "levels.ktx2", ktx2(37, 4, 4, [pixels, pixels[:16], pixels[:4]]))
    write("ktx2", "odd.ktx2", ktx2(131, 5, 9, [pixels[:48]]))
    write("ktx2", "zlib.ktx2", ktx2(37, 4, 4, [zlib.compress(pixels)], 3, 64))
    write("ktx2", "zstd.ktx2", ktx2(37, 4, 4, [zstd_stored(pixels)], 2, 64))
    write("ktx2", "zstd_repeated.ktx2", ktx2(9, 256, 256, [zstd_repeated(7, 65536)], 2, 65536))
    write("ktx2", "cut.ktx2", ktx2(37, 4, 4, [pixels])[:-9])
    write("ktx2", "huge.ktx2", ktx2(37, 16384, 16384, [zstd_repeated(7, 65536)], 2, 1 << 30))
    write("ktx2", "bc7.ktx2", ktx2(145, 4, 4, [pixels[:16]]))


def capabilities(layers, sets, operations=""):
    return ('<?xml version="1.0"?><Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" '
            f'xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">{operations}<Contents>{layers}{sets}</Contents></Capabilities>')


def wmts():
    template = "https://tiles.example.org/{style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    def layer(address='<ResourceURL format="image/png" resourceType="tile" template="%s"/>' % template, link="", more=""):
        return ("<Layer><ows:Identifier>a</ows:Identifier><ows:WGS84BoundingBox><ows:LowerCorner>139 35</ows:LowerCorner>"
                "<ows:UpperCorner>140 36</ows:UpperCorner></ows:WGS84BoundingBox><Style isDefault=\"true\"><ows:Identifier>s</ows:Identifier></Style>"
                f"<Format>image/png</Format>{more}<TileMatrixSetLink><TileMatrixSet>m</TileMatrixSet>{link}</TileMatrixSetLink>{address}</Layer>")
    def matrices(crs, corner, scale, width):
        out = f"<TileMatrixSet><ows:Identifier>m</ows:Identifier><ows:SupportedCRS>{crs}</ows:SupportedCRS>"
        for z in range(3):
            out += (f"<TileMatrix><ows:Identifier>{z}</ows:Identifier><ScaleDenominator>{scale / 2 ** z!r}</ScaleDenominator><TopLeftCorner>{corner}</TopLeftCorner>"
                    f"<TileWidth>256</TileWidth><TileHeight>256</TileHeight><MatrixWidth>{width << z}</MatrixWidth><MatrixHeight>{1 << z}</MatrixHeight></TileMatrix>")
        return out + "</TileMatrixSet>"
    mercator = matrices("urn:ogc:def:crs:EPSG::3857", "-20037508.342789244 20037508.342789244", 559082264.0287178, 1)
    degrees = matrices("urn:ogc:def:crs:EPSG::4326", "90 -180", 279541132.0143589, 2)
    limits = ("<TileMatrixSetLimits><TileMatrixLimits><TileMatrix>1</TileMatrix><MinTileRow>1</MinTileRow><MaxTileRow>0</MaxTileRow>"
              "<MinTileCol>0</MinTileCol><MaxTileCol>99</MaxTileCol></TileMatrixLimits></TileMatrixSetLimits>")
    pairs = ('<ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP><ows:HTTP><ows:Get xlink:href="https://tiles.example.org/wmts?"><ows:Constraint name="GetEncoding">'
             "<ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues></ows:Constraint></ows:Get></ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>")
    dimension = "<Dimension><ows:Identifier>Time</ows:Identifier><Default>2026</Default><Value>2026</Value></Dimension>"
    def resource(address):
        return f'<ResourceURL format="image/png" resourceType="tile" template="{address}"/>'
    for name, text in (
        ("mercator", capabilities(layer(), mercator)), ("degrees", capabilities(layer(), degrees)),
        ("turned", capabilities(layer(), degrees.replace("90 -180", "-180 90"))), ("limits", capabilities(layer(link=limits), mercator)),
        ("pairs", capabilities(layer("", more=dimension), mercator, pairs)), ("dimension", capabilities(layer(resource(template + "?t={Time}"), more=dimension), mercator)),
        ("several", capabilities(layer() + layer(), mercator)), ("no_layer", capabilities("", mercator)), ("no_set", capabilities(layer(), "")),
        ("other_host", capabilities(layer(resource("https://other.example.org/{TileMatrix}/{TileRow}/{TileCol}.png")), mercator)),
        ("elsewhere", capabilities(layer(resource("https://elsewhere.example.org/{TileMatrix}.png")), mercator)),
        ("host_filled_in", capabilities(layer(resource("https://tiles.example.org{TileCol}/{TileMatrix}.png")), mercator)),
        ("unfilled", capabilities(layer(resource("https://tiles.example.org/{What}.png")), mercator)),
        ("numbers", capabilities(layer(), mercator.replace("<MatrixWidth>1<", "<MatrixWidth>18446744073709551615<").replace("<TileWidth>256<", "<TileWidth>1e999<", 1))),
        ("other_xml", "<html><body/></html>"), ("cut", capabilities(layer(), mercator)[:900]), ("deep", "<a>" * 3000), ("empty", ""),
    ):
        write("wmts", name + ".xml", text)


gltf()
tiles()
tilesets()
quantized_meshes()
heightmaps()
pictures()
wmts()
