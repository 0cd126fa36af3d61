#include "tenbo/io/make_city.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "rasters.h"
#include "tables.h"
#include "textures.h"
#include "tenbo/base/file.h"
#include "tenbo/io/image.h"

namespace tenbo::io {
namespace {

using namespace make_city_detail;

// Results of tasks that run in any order; the error reported is that of the first task, so that it does not depend on
// the order.
class Tasks {
 public:
  void add(std::function<Status()> task) { tasks_.push_back(std::move(task)); }
  Status run(JobSystem& jobs, Progress& progress) {
    progress.total += tasks_.size();
    std::vector<std::optional<Error>> errors(tasks_.size());
    jobs.parallel_for(tasks_.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if (Status s = tasks_[i](); !s) errors[i] = s.error();
        ++progress.done;
      }
    });
    for (const auto& e : errors) {
      if (e) return *e;
    }
    return {};
  }

 private:
  std::vector<std::function<Status()>> tasks_;
};

Status write(const std::filesystem::path& dir, const TextFile& file) {
  const std::filesystem::path path = dir / std::filesystem::path(file.path);
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  if (failed) return Error{ErrorCode::io, "cannot make the folder: " + failed.message(), path.parent_path().string(), {}, "choose a folder that can be written"};
  return write_file_atomic(path, file.text);
}

// Tiles of an earlier city in the same folder would be read with this one.
Status clear(const std::filesystem::path& dir) {
  std::error_code failed;
  for (const char* name : {"bldg", "brid", "tran", "veg", "wtr"}) std::filesystem::remove_all(dir / "udx" / name, failed);
  std::filesystem::create_directories(dir, failed);
  if (failed) return Error{ErrorCode::io, "cannot make the folder: " + failed.message(), dir.string(), {}, "choose a folder that can be written"};
  return {};
}

}  // namespace

Status make_city(const std::filesystem::path& dir, const MakeCityOptions& options, JobSystem& jobs, Progress& progress) {
  if (options.buildings == 0 || options.buildings > 5'000'000) {
    return Error{ErrorCode::invalid_argument, "the number of buildings is " + std::to_string(options.buildings), {}, {}, "give 1 to 5000000"};
  }
  if (Status s = clear(dir); !s) return s;
  Plan plan(options.buildings, options.seed);
  Layout layout = make_layout(plan);
  std::vector<Building> buildings = make_buildings(plan, layout, options.buildings);
  if (buildings.size() != options.buildings) {
    return Error{ErrorCode::internal, "the plan has room for " + std::to_string(buildings.size()) + " buildings only"};
  }
  make_bridges(plan, layout);
  const PlanTable table(plan, jobs);

  FloodForecast flood;
  Tasks first;
  first.add([&]() -> Status {
    flood = forecast_flood(plan);
    return write_flood(plan, flood, dir / "flood.tif");
  });
  first.add([&]() -> Status {
    const Terrain terrain = make_terrain(plan, table, jobs);
    if (Status s = write_terrain(plan, terrain, dir / "dem.tif"); !s) return s;
    ++progress.done;
    const Image picture = paint_imagery(plan, layout, buildings, table, terrain, jobs);
    return write_imagery(plan, picture, dir / "imagery.tif");
  });
  ++progress.total;
  first.add([&] { return write(dir, brid_gml(plan, layout)); });
  first.add([&] { return write(dir, tran_gml(plan, layout)); });
  first.add([&] { return write(dir, veg_gml(plan, layout, buildings)); });
  first.add([&] { return write(dir, wtr_gml(plan)); });
  first.add([&] { return write(dir, bridges_geojson(plan, layout)); });
  first.add([&] { return write(dir, shelters_geojson(plan, layout, buildings)); });
  first.add([&] { return write(dir, districts_geojson(plan, layout)); });
  first.add([&] { return write(dir, river_geojson(plan)); });
  first.add([&]() -> Status {
    for (const TextFile& list : code_lists()) {
      if (Status s = write(dir, list); !s) return s;
    }
    return {};
  });
  if (Status s = first.run(jobs, progress); !s) return s;

  // What the water does to each building is known now.
  for (Building& b : buildings) {
    for (const Vec2 f : b.footprint) b.depth = std::max(b.depth, flood.deepest_at(b.at(f.x, f.y)));
    b.depth = std::max(b.depth, flood.deepest_at(b.centre));
  }
  std::vector<Image> pictures(texture_count);
  jobs.parallel_for(texture_count, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) pictures[i] = paint_texture(static_cast<int>(i), plan.seed);
  });
  Tasks tiles;
  const auto by_mesh = buildings_by_mesh(plan, buildings);
  for (const auto& [mesh, members] : by_mesh) {
    tiles.add([&, mesh_code = mesh, &list = members]() -> Status {
      std::vector<bool> used(texture_count, false);
      if (Status s = write(dir, bldg_gml(plan, buildings, mesh_code, list, used)); !s) return s;
      const std::filesystem::path folder = dir / "udx" / "bldg" / (mesh_code + "_bldg_6697_appearance");
      for (int t = 0; t < texture_count; ++t) {
        if (!used[t]) continue;
        std::error_code failed;
        std::filesystem::create_directories(folder, failed);
        if (Status s = write_png(folder / texture_name(t), pictures[t]); !s) return s;
      }
      return {};
    });
  }
  if (Status s = tiles.run(jobs, progress); !s) return s;
  return write(dir, scene_json(plan, layout, flood));  // last: a folder with a scene is whole
}

}  // namespace tenbo::io
