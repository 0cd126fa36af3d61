#!/usr/bin/env python3
"""lint.layers must refuse what it is there to refuse."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import layers

with tempfile.TemporaryDirectory() as folder:
    layers.ROOT = pathlib.Path(folder)

    def problems(room, text, public=False):
        path = pathlib.Path(folder) / "x.h"
        path.write_text(text)
        return layers.check(path, room, public)

    assert problems("base", '#include "tenbo/geo/crs.h"\n'), "base must not see geo"
    assert problems("render", '#include "tenbo/scene/camera.h"\n'), "render must not see scene"
    assert problems("live", '#include "tenbo/io/remote.h"\n'), "live must not see io"
    assert problems("live", '#include "tenbo/scene/scene_file.h"\n'), "live must not see scene"
    assert problems("live", "#include <mosquitto.h>\n"), "libmosquitto is for the worker of feeds alone"
    assert problems("live", "#include <sys/inotify.h>\n"), "operating-system calls are in base"
    assert problems("geo", "#include <gdal.h>\n"), "geo must not see GDAL"
    assert problems("io", "#include <gdal.h>\n", public=True), "GDAL must not stand in a public header"
    assert problems("plugin_api", "#include <vulkan/vulkan.h>\n", public=True), "the ABI sees nobody"
    assert not problems("io", '#include <gdal.h>\n#include <vector>\n#include "tenbo/geo/crs.h"\n')
    assert not problems("geo", "#include <glm/vec3.hpp>\n", public=True)
print("lint.layers refuses wrong arrows")
