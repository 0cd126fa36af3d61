#!/usr/bin/env python3
"""The GPU benchmark is what it says: it needs next to nothing, and draws and counts. usage: gpu_bench_test.py PROGRAM FOLDER"""
import json
import pathlib
import re
import struct
import subprocess
import sys
import zlib

ALLOWED = {"libvulkan.so.1", "libm.so.6", "libc.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2"}
NEWEST_GLIBC = (2, 36)  # Debian 12


def check(what, ok):
    if not ok:
        sys.exit(f"gpu_bench_test: {what}")


def pixels(path):
    """Rows of an RGB PNG whose rows all have the Sub filter."""
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        check("a checksum is wrong", zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0])
        if kind == b"IDAT":
            packed += body
        at += 12 + size
    raw = zlib.decompress(packed)
    check("a row is short", len(raw) == (width * 3 + 1) * height)
    return width, height, len(set(raw))


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    needs = set(re.findall(r"NEEDED.*\[(.*)\]", subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout))
    check(f"it needs {sorted(needs - ALLOWED)}", needs <= ALLOWED and "libvulkan.so.1" in needs)
    versions = subprocess.run(["readelf", "-V", "-W", program], capture_output=True, text=True, check=True).stdout
    newest = max(tuple(map(int, v.split("."))) for v in re.findall(r"GLIBC_([0-9.]+)", versions))
    check(f"it needs glibc {newest}", newest <= NEWEST_GLIBC)
    answers = []
    for way in ([], ["--direct"]):
        done = subprocess.run([program, "--buildings", "3000", "--size", "320x180", "--tier", "balanced", "--frames", "4",
                               "--error", "1", "--png", str(folder), *way], capture_output=True, text=True)
        check(f"it ended with {done.returncode}: {done.stderr}", done.returncode == 0)
        answers.append(json.loads(done.stdout))
        check("its pictures are flat", all(pixels(folder / f"{p}_{k}.png")[2] > 50 for p in ("orbit", "flight") for k in range(3)))
    gpu, direct = answers
    check("the number of buildings", gpu["buildings"] == 3000 and gpu["with_a_mesh_of_their_own"] == 3000)
    for a, b in zip(gpu["runs"], direct["runs"]):
        check(f"{a['path']}: times", a["frame_ms"]["median"] <= a["frame_ms"]["p99"] <= a["frame_ms"]["max"])
        check(f"{a['path']}: triangles", 0 < a["triangles"]["median"])
        if gpu["gpu_driven"]:
            check(f"{a['path']}: culls", a["triangles"]["median"] < b["triangles"]["median"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
