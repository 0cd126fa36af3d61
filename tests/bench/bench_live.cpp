// A live update while frames are drawn: how soon the picture follows when a file is replaced, and what the frames cost
// meanwhile. usage: bench_live SCENE.json FILE (the file is rewritten: of a depth field every value is raised, of a
// .geojson of records the first one is there twice, so that the answer tells old from new).
#include <gdal_priv.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tenbo/runtime/engine.h"

namespace fs = std::filesystem;
using namespace tenbo;
using Clock = std::chrono::steady_clock;

namespace {

double ms_since(Clock::time_point t) { return std::chrono::duration<double, std::milli>(Clock::now() - t).count(); }

// A copy with one metre more water wherever there is any, put in the file's place in one step.
bool raise_water(const fs::path& path) {
  const auto next = path.parent_path() / ("." + path.filename().string() + ".next.tif");
  std::unique_ptr<GDALDataset> from(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER));
  if (!from) return false;
  std::unique_ptr<GDALDataset> to(GetGDALDriverManager()->GetDriverByName("GTiff")->CreateCopy(next.c_str(), from.get(), false, nullptr, nullptr, nullptr));
  if (!to) return false;
  const int w = from->GetRasterXSize(), h = from->GetRasterYSize();
  std::vector<float> row(static_cast<std::size_t>(w) * static_cast<std::size_t>(h));
  for (int b = 1; b <= from->GetRasterCount(); ++b) {
    int has = 0;
    const double nodata = from->GetRasterBand(b)->GetNoDataValue(&has);
    if (from->GetRasterBand(b)->RasterIO(GF_Read, 0, 0, w, h, row.data(), w, h, GDT_Float32, 0, 0) != CE_None) return false;
    for (float& v : row) if (v > 0 && !(has && v == static_cast<float>(nodata))) v += 1;
    if (to->GetRasterBand(b)->RasterIO(GF_Write, 0, 0, w, h, row.data(), w, h, GDT_Float32, 0, 0) != CE_None) return false;
  }
  to.reset();
  fs::rename(next, path);
  return true;
}

// The records with the first one once more, put in the file's place in one step.
bool repeat_record(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto list = text.find("\"features\"");
  const auto first = list == std::string::npos ? list : text.find('{', list);
  if (first == std::string::npos) return false;
  std::size_t end = first;
  for (int depth = 0; end < text.size(); ++end) {  // no braces in the texts of these files
    if (text[end] == '{') ++depth;
    if (text[end] == '}' && --depth == 0) break;
  }
  text.insert(first, text.substr(first, end + 1 - first) + ", ");
  std::ofstream(file + ".new", std::ios::binary) << text;
  std::error_code ec;
  std::filesystem::rename(file + ".new", file, ec);
  return !ec;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: bench_live SCENE.json DEPTH.tif|RECORDS.geojson\n"), 2;
  GDALAllRegister();
  JobSystem jobs;
  Log log(LogLevel::error);
  auto made = runtime::Engine::create({}, jobs, log);
  if (!made) return std::fprintf(stderr, "%s\n", made.error().text().c_str()), 1;
  auto& engine = **made;
  auto scene = scene::read_scene(argv[1]);
  if (!scene) return std::fprintf(stderr, "%s\n", scene.error().text().c_str()), 1;
  if (auto s = engine.open(*scene); !s) return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
  const glm::uvec2 size{1280, 720};
  (void)engine.draw_offscreen(size);
  engine.settle();

  // where the water is: the probe's value there tells the old file from the new one
  const auto camera = engine.camera();
  geo::GeoPoint wet{};
  double before = -1;
  std::string watched;
  const bool records = std::string_view(argv[2]).ends_with(".geojson");
  const auto record_count = [&] {
    std::uint64_t n = 0;
    for (const auto& l : engine.layers()) if (l.kind == scene::LayerKind::inspection) n += l.features;
    return static_cast<double>(n);
  };
  if (records) before = record_count();
  for (const auto& l : engine.layers()) {
    if (records || l.kind != scene::LayerKind::field) continue;
    for (int i = 0; i < 400 && before <= 0; ++i) {
      const double u = (i % 20 + 0.5) / 20, v = (i / 20 + 0.5) / 20;
      const double lon = l.extent.west + u * (l.extent.east - l.extent.west), lat = l.extent.south + v * (l.extent.north - l.extent.south);
      for (const auto& p : engine.probe(lon, lat).layers)
        if (p.layer == l.name && p.value && *p.value > 0.1) { before = *p.value; wet = {lon, lat, 0}; watched = l.name; }
    }
  }
  if (before <= 0) return std::fprintf(stderr, "no water or records found to watch\n"), 1;
  const auto value = [&] {
    if (records) return record_count();
    for (const auto& p : engine.probe(wet.lon, wet.lat).layers) if (p.value && p.layer == watched) return *p.value;
    return -1.0;
  };

  std::vector<double> quiet, busy;
  const auto frame = [&](std::vector<double>& into) {
    const auto begun = Clock::now();
    engine.set_camera(camera);  // every frame drawn anew
    engine.update(1.0 / 30);
    (void)engine.draw_offscreen(size);
    into.push_back(ms_since(begun));
  };
  for (int i = 0; i < 5; ++i) { std::vector<double> warm; frame(warm); }
  for (int i = 0; i < 40; ++i) frame(quiet);
  if (!(records ? repeat_record(argv[2]) : raise_water(argv[2]))) return std::fprintf(stderr, "cannot rewrite %s\n", argv[2]), 1;
  const auto replaced = Clock::now();
  double followed = -1;
  while (ms_since(replaced) < 5000 || busy.size() < 30) {
    frame(busy);
    if (followed < 0 && std::abs(value() - before - 1) < 1e-3) followed = ms_since(replaced);
    if (followed > 0 && busy.size() > 40) break;
  }
  std::sort(quiet.begin(), quiet.end());
  std::sort(busy.begin(), busy.end());
  const double median = quiet[quiet.size() / 2];
  std::printf("followed after %.0f ms; frames before: median %.1f ms, longest %.1f; during: median %.1f, longest %.1f = %.2f medians\n",
              followed, median, quiet.back(), busy[busy.size() / 2], busy.back(), busy.back() / median);
  return followed < 0;
}
