"""What the web tests share: the program, the cities they bake, and when to step aside."""
import json
import pathlib
import shutil
import subprocess
import sys

SKIP = 77  # as tests/web/CMakeLists.txt tells ctest


def need(tool, modules=None):
    """Steps aside, saying what is missing and how it is had."""
    if shutil.which(tool) is None:
        print(f"skipped: {tool} is not installed; tools/test web installs it")
        sys.exit(SKIP)
    if modules is not None and not (modules / ".package-lock.json").is_file():
        print(f"skipped: {modules} is not there; tools/test web installs it")
        sys.exit(SKIP)


class Program:
    def __init__(self, tenbo, scratch):
        self.tenbo, self.scratch = pathlib.Path(tenbo).resolve(), pathlib.Path(scratch).resolve()
        self.scratch.mkdir(parents=True, exist_ok=True)

    def __call__(self, *args):
        done = subprocess.run([str(self.tenbo), *map(str, args)], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"tenbo {' '.join(map(str, args))}: status {done.returncode}\n{done.stderr[-2000:]}")

    def fresh(self, name):
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def city(self, buildings):
        """A generated city: textured buildings, bridges, roads, water."""
        city = self.scratch / f"city{buildings}"
        if not (city / "demo.json").exists():
            self("make-city", city, "--buildings", buildings)
        return city

    def bake(self, name, *inputs):
        out = self.fresh(name)
        self("bake", *inputs, "-o", out)
        return out


def jpeg_city(program, city):
    """The city's largest file alone, its pictures as JPEG."""
    folder = program.fresh("jpeg_city")
    source = max((city / "udx" / "bldg").glob("*.gml"), key=lambda p: p.stat().st_size)
    pictures = sorted(source.parent.glob(source.name.replace("_op.gml", "_appearance") + "/*.png"))
    assert pictures
    for picture in pictures:
        to = folder / picture.parent.name / (picture.stem + ".jpg")
        to.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gdal_translate", "-q", "-of", "JPEG", "-b", "1", "-b", "2", "-b", "3", str(picture), str(to)], check=True)
    text = source.read_text(encoding="utf-8")
    (folder / source.name).write_text(text.replace(".png<", ".jpg<").replace("image/png", "image/jpeg"), encoding="utf-8")
    return folder


def footprints(program):
    """3,000 houses on a grid with every kind of attribute, some of them missing; and roads, which have no surface."""
    features = []
    for i in range(3000):
        lon, lat = 138.45 + (i % 60) * 4e-4, 35.02 + (i // 60) * 4e-4
        ring = [[lon, lat], [lon + 2e-4, lat], [lon + 2e-4, lat + 1e-4], [lon, lat + 1e-4], [lon, lat]]
        properties = {"名前": f"家{i}", "height": 3 + i % 40, "built on": f"19{i % 90 + 10}-04-01", "wide": 2 ** 53 + 2 * i, "price": i * 0.1 if i % 3 else None, "kept": i % 2 == 0,
                      "sometimes": True if i % 5 else None, "empty": "", "use/kind": ["home", "shop", "", None][i % 4], "list": [i, i + 1], "0th": i}
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    houses, roads = program.scratch / "houses.geojson", program.scratch / "roads.geojson"
    houses.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8")
    lines = [{"type": "Feature", "properties": {"lanes": i, "name": ""}, "geometry": {"type": "LineString", "coordinates": [[138 + i / 10, 35], [138 + i / 10, 35.01]]}} for i in range(9)]
    roads.write_text(json.dumps({"type": "FeatureCollection", "features": lines}), encoding="utf-8")
    return houses, roads
