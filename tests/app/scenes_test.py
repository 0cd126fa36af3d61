#!/usr/bin/env python3
"""Every scene under scenes/ renders from data that the project makes itself, without a complaint, and shows more than sky.

usage: scenes_test.py TENBO SOURCE_DIR WORK_DIR
"""
import json
import pathlib
import re
import subprocess
import sys

tenbo, source, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
work.mkdir(parents=True, exist_ok=True)
city, scenes = work / "city", work / "scenes"
if not (city / "demo.json").is_file():
    subprocess.run([tenbo, "make-city", str(city), "--buildings", "900"], check=True, stdout=subprocess.DEVNULL)
subprocess.run([str(source / "tools" / "scene-data"), str(scenes), str(city)], check=True)

NOBODY_THERE = "maps.example.org"  # a host that does not exist, by RFC 2606
failures, seen = [], 0
for number, original in enumerate(sorted((source / "scenes").glob("*.json"))):
    name = original.stem
    text = re.sub(r"(?m)(^|\s)//.*$", "", original.read_text(encoding="utf-8"))
    ifc = [l for l in json.loads(text)["layers"] if str(l.get("path", "")).endswith(".ifc")]
    picture = work / f"{name}.png"
    picture.unlink(missing_ok=True)
    done = subprocess.run([tenbo, "render", str(scenes / original.name), "-o", str(picture), "--size", "640x360", "--lang", ("ja", "en")[number % 2]],
                          capture_output=True, text=True, timeout=300)
    complaints = [l for l in done.stderr.splitlines() if "error" in l and NOBODY_THERE not in l]
    if ifc:  # where what reads IFC is not installed, it is said, and the rest is drawn
        complaints = [l for l in complaints if "IFC" not in l and "ifc" not in l]
    allowed = {0} | ({3} if ifc or NOBODY_THERE in text else set())
    if done.returncode not in allowed or complaints:
        failures.append(f"{name}: exit {done.returncode}\n{done.stderr[:2000]}")
        continue
    if not picture.is_file():
        failures.append(f"{name}: no picture")
        continue
    said = subprocess.run(["gdalinfo", "-json", "-stats", str(picture)], capture_output=True, text=True, check=True)
    spread = max(float(b["metadata"][""]["STATISTICS_STDDEV"]) for b in json.loads(said.stdout)["bands"][:3])
    if spread < 8:
        failures.append(f"{name}: the picture is all of one colour (standard deviation {spread} of 255)")
    seen += 1
print(f"{seen} scenes")
if failures or seen < 10:
    sys.exit("\n".join(failures) or "too few scenes")
