#!/usr/bin/env python3
"""Golden images: each folder here with a golden.json is one test.

golden.json: "data": list of paths ({demo} = the demo's folder, {data} = the real data), "args": more arguments of
`tenbo render`, "mean" and "fraction": tolerances (see compare.cpp). expected.png is what it should look like, unless
"expected" names another picture of the project (the README's).
usage: golden.py run NAME BUILD     one test; exit 77 where its data is absent
       golden.py [--accept NAME]    all of them with build/release, or accept the newest picture of one (look at it first)
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = ROOT.parent / "shared" / "data"


def expected_of(name, spec):
    return ROOT / spec["expected"] if "expected" in spec else HERE / name / "expected.png"


def run(name, build):
    folder = HERE / name
    spec = json.loads((folder / "golden.json").read_text())
    paths = [p.replace("{demo}", str(ROOT / "build/demo")).replace("{data}", str(DATA)) for p in spec["data"]]
    for path in paths:
        if not pathlib.Path(path).exists():
            print(f"golden.{name}: {path} is absent; skipped")
            return 77
    out = build / "golden"
    out.mkdir(exist_ok=True)
    actual, diff = out / f"{name}.png", out / f"{name}.diff.png"
    command = [str(build / "tenbo"), "render", *paths, "-o", str(actual), *spec["args"]]
    done = subprocess.run(command, env={**os.environ, "TENBO_VALIDATION": "1"})
    if done.returncode != spec.get("status", 0):
        print(f"golden.{name}: tenbo render ended with {done.returncode}")
        return 1
    expected = expected_of(name, spec)
    if not expected.exists():
        print(f"golden.{name}: no {expected.name}; look at {actual}, then: tools/dev golden --accept {name}")
        return 1
    return subprocess.run([str(build / "golden_compare"), str(expected), str(actual), str(diff),
                           str(spec.get("mean", 1.0)), str(spec.get("fraction", 0.01))]).returncode


def main():
    args = sys.argv[1:]
    if args[:1] == ["run"]:
        return run(args[1], pathlib.Path(args[2]))
    build = ROOT / "build/release"
    names = sorted(p.parent.name for p in HERE.glob("*/golden.json"))
    if args[:1] == ["--accept"]:
        spec = json.loads((HERE / args[1] / "golden.json").read_text())
        expected_of(args[1], spec).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build / "golden" / f"{args[1]}.png", expected_of(args[1], spec))
        return 0
    results = {name: run(name, build) for name in names}
    for name, status in results.items():
        print(f"{name}: {'passed' if status == 0 else 'skipped' if status == 77 else 'FAILED'}")
    return 1 if any(s not in (0, 77) for s in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
