#!/usr/bin/env python3
"""lint.layers: the rooms' one-way dependencies and who may use which third-party library, checked on every include.

Debian puts every library in /usr/include, so the build alone does not keep the rooms apart; this table does.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# room: (rooms it may include, third-party header prefixes it may include beyond the standard library)
STANDARD = {"fmt/"}
ROOMS = {
    "base": (set(), {"glm/", "spdlog/", "iconv.h", "fcntl.h", "sys/", "unistd.h", "poll.h", "sched.h", "signal.h", "spawn.h", "dlfcn.h", "link.h", "malloc.h"}),
    "geo": ({"base"}, {"glm/", "proj.h", "proj_experimental.h", "geodesic.h"}),
    "io": ({"base", "geo"}, {"glm/", "emmintrin.h", "immintrin.h", "gdal", "ogr", "cpl_", "pugixml.hpp", "nlohmann/", "png.h", "assimp/", "draco/", "meshoptimizer.h", "sqlite3.h", "zlib.h", "zstd.h", "webp/", "curl/", "cairo", "laszip/"}),
    "scene": ({"base", "geo"}, {"glm/", "nlohmann/"}),
    "impact": ({"base", "geo"}, set()),
    "inspection": ({"base", "geo"}, {"glm/", "nlohmann/"}),
    "live": ({"base", "geo"}, {"sqlite3.h", "curl/", "nlohmann/"}),
    "render": ({"base"}, {"glm/", "vulkan/", "vk_mem_alloc.h", "ft2build.h", "freetype/", "fontconfig/", "png.h", "tenbo_shaders/"}),
    "plugin_api": (set(), set()),
    "runtime": ({"base", "geo", "io", "scene", "impact", "inspection", "live", "render", "plugin_api"}, {"glm/", "nlohmann/", "dlfcn.h"}),
    "shell": ({"base", "geo", "io", "scene", "impact", "inspection", "live", "render", "runtime"}, {"glm/", "GLFW/", "imgui", "nlohmann/", "vulkan/"}),
    "app": ({"base", "geo", "io", "scene", "impact", "inspection", "live", "render", "runtime", "shell"}, {"glm/", "CLI/", "nlohmann/"}),
}
# programs of their own, beside rooms: the room whose table holds for them, and what they may include beyond it
WORKERS = {"model_worker": ("io", set()), "laz_worker": ("io", set()), "mqtt_worker": ("live", {"mosquitto.h", "mqtt_protocol.h"})}
# third-party headers that may stand in public headers
PUBLIC_OK = {"glm/"}
STD_C = {"cstdint"}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
C_STANDARD = {f"{n}.h" for n in "assert ctype errno float inttypes limits locale math setjmp signal stdarg stdbool stddef stdint stdio stdlib string time wchar".split()}


def check(path, room, public, more=frozenset()):
    rooms, third = ROOMS[room]
    third = third | more
    problems = []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        where = f"{path.relative_to(ROOT)}:{number}"
        if name.startswith("tenbo/"):
            other = name.split("/")[1]
            if other != room and other not in rooms:
                problems.append(f"{where}: room '{room}' must not include '{name}' (it may include: {', '.join(sorted(rooms)) or 'no room'})")
        elif quote == "<":
            if "/" not in name and "." not in name:
                continue  # the C++ standard library
            if name in C_STANDARD and room in ("plugin_api",) or name in C_STANDARD:
                continue
            allowed = third | STANDARD
            if public:
                allowed = PUBLIC_OK if room != "plugin_api" else set()
            if not any(name.startswith(p) for p in allowed):
                kind = "public header" if public else "source"
                problems.append(f"{where}: {kind} of room '{room}' must not include <{name}>")
    return problems


def main():
    problems = []
    for room in ROOMS:
        base = ROOT / "engine" / room
        for path in sorted(base.rglob("*")):
            if path.suffix in (".h", ".hpp", ".cpp", ".c"):
                inside = path.relative_to(base).parts[0]
                of, more = WORKERS.get(inside, (room, set()))
                problems += check(path, of, inside == "include", more)
    for path in sorted((ROOT / "plugins").rglob("*")):
        if path.suffix in (".h", ".hpp", ".cpp", ".c"):
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                match = INCLUDE.match(line)
                if match and match.group(2).startswith("tenbo/") and not match.group(2).startswith("tenbo/plugin_api/"):
                    problems.append(f"{path.relative_to(ROOT)}:{number}: a plugin sees the engine through the C ABI alone, not <{match.group(2)}>")
    allowed = set("CMakeLists.txt CMakePresets.json engine shaders assets plugins scenes tests README.md docs tools cmake "
                  "LICENSE CONTRIBUTING.md CHANGELOG.md build out".split())
    for entry in sorted(ROOT.iterdir()):
        if entry.name not in allowed and not entry.name.startswith("."):
            problems.append(f"{entry.name}: nothing else belongs at the top level")
    print("\n".join(problems) if problems else "lint.layers: every include keeps to its room")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
