// The order of a bake: read every unit into segments, make each block's tiles, then the tiles above, then tileset.json.
#include "tenbo/io/bake.h"

#include <fmt/format.h>

#include <algorithm>

#include "finish.h"
#include "height_attribute.h"
#include "made_of.h"
#include "reading.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/city.h"
#include "terrain.h"
#include "units.h"
#include "work.h"

namespace tenbo::io {
namespace {
using namespace bake;
namespace fs = std::filesystem;

bool nothing_in(const fs::path& path) {
  std::error_code ec;
  return !fs::exists(path, ec) || (fs::is_directory(path, ec) && fs::is_empty(path, ec));
}

// The output folder as it has to be: empty, or with what an earlier run of the same key left. share: a part is to come of it.
Status open_output(const WorkFolder& work, const WorkFolder::Run& run, const std::optional<MadeOf>& made, bool share, bool resume, bool& finished) {
  const auto& out = work.out();
  const auto of_another = [&] {
    const auto before = read_made_of(out);
    const auto what = before && made ? difference(*before, *made) : std::string();
    return Error{ErrorCode::mismatch, "the folder holds a bake of other inputs or with other options" + (what.empty() ? "" : ": " + what), out.string(), "--resume",
                 "give the same inputs and options, or name a new folder"};
  };
  std::error_code ec;
  if (fs::exists(out, ec) && !fs::is_directory(out, ec))
    return Error{ErrorCode::invalid_argument, "is a file, expected a folder to write to", out.string(), "-o",
                 "name a folder"};
  const auto before = work.run();
  if (!nothing_in(out)) {
    if (!resume)
      return Error{ErrorCode::invalid_argument, "the folder is not empty", out.string(), "-o",
                   "name a new folder, or go on with an interrupted bake with --resume"};
    if (!before && (fs::exists(out / "tileset.json", ec) || fs::exists(out / "terrain/layer.json", ec))) {
      if (share) return Error{ErrorCode::mismatch, "the folder holds a finished bake, and no part of one", out.string(), "--resume", "name a new folder for the part"};
      if (const auto of = read_made_of(out); of && made && of->key != made->key) return of_another();
      finished = true;
      return {};
    }
    if (!before && fs::exists(work.root(), ec))
      work.remove();  // killed before it had begun
    else if (!before)
      return Error{ErrorCode::invalid_argument, "the folder holds no interrupted bake", out.string(), "--resume",
                   "name a new folder"};
    if (before && before->key != run.key) return of_another();
    if (before && (before->part != run.part || before->parts != run.parts))
      return Error{ErrorCode::mismatch, fmt::format("the folder holds part {} of {}, and {} of {} is asked for", before->part, before->parts, run.part, run.parts), out.string(),
                   "--resume", "give the same --part, or name a new folder"};
    if (before && before->finished && share) finished = true;
    remove_temporaries(out);
  }
  if (auto status = work.create(); !status) return status;
  if (before && (share || !before->finished)) return {};  // a finished part that becomes a whole is a part no more
  if (made)
    if (auto status = write_made_of(out, *made); !status) return status;
  return work.set_run(run);
}

Result<CityOptions> city_options(const BakeOptions& options) {
  CityOptions city;
  city.crs_cache = make_crs_cache();
  city.tile_size = 1000;
  if (!options.geoid.empty()) {
    auto geoid = geo::Geoid::open(options.geoid);
    if (!geoid) return geoid.error();
    city.heights.scene = geo::VerticalKind::ellipsoidal;
    city.heights.geoid = std::move(*geoid);
  }
  return city;
}

// Buildings and ground stand on one datum, or the ones float above the other.
Status same_datum(const Segment& segment, const std::optional<TerrainPlan>& terrain) {
  if (!terrain || terrain->heights.geoid || segment.vertical == geo::VerticalKind::unknown || terrain->vertical == geo::VerticalKind::unknown ||
      segment.vertical == terrain->vertical)
    return {};
  return Error{ErrorCode::mismatch, std::string("heights are ") + geo::to_string(segment.vertical) + ", those of the terrain are " + geo::to_string(terrain->vertical),
               segment.source, "", "give a geoid grid with --geoid FILE, or bake them apart"};
}

// Terrain first: tileset.json, where there is one, says that all is there.
Result<BakeReport> finish_all(const std::vector<Source>& sources, std::span<const WorkFolder> folders, const WorkFolder& work, bool share, const WorkFolder::Run& run,
                              const std::optional<TerrainPlan>& terrain, TerrainMade made, JobSystem& jobs, BakeProgress& progress, const CancelToken& cancel) {
  if (terrain && !share)
    if (auto status = finish_terrain(*terrain, work, made); !status) return status.error();
  BakeReport report;
  if (!terrain || !sources.empty()) {
    auto city = finish_bake(sources, folders, work, share, run.ellipsoidal, run.webp, jobs, progress, cancel);
    if (!city) return city;
    report = std::move(*city);
  } else {
    report.vertical_datum = terrain->vertical == geo::VerticalKind::orthometric ? "orthometric: " + terrain->vertical_name : geo::to_string(terrain->vertical);
    if (auto status = write_back(work.out()); !status) return status.error();
  }
  report.terrain_tiles = made.tiles;
  report.terrain_triangles = made.triangles;
  report.bytes += made.bytes;
  return report;
}

// The cities: from files to segments, and from those to tiles. What an earlier run left may be damaged or, where a power
// cut took tiles of it, gone: then it is read again, once.
Result<BakeReport> read_and_finish(const Reading& reading, const WorkFolder::Run& run, bool share, const std::optional<TerrainPlan>& terrain, const TerrainMade& made) {
  for (int attempt = 0;; ++attempt) {
    if (auto status = read_units(reading, run.first, run.last); !status) return status.error();
    std::vector<Source> sources;
    for (std::size_t i = run.first; i < run.last; ++i) {
      auto segment = read_segment(reading.work.segment(i), reading.units[i].key);
      if (!segment)
        return Error{ErrorCode::io, "what was read cannot be read back", reading.work.segment(i).string(), "",
                     "check the disk, then run again with --resume"};
      if (auto status = same_datum(*segment, terrain); !status) return status.error();
      sources.push_back({std::move(*segment), 0});
    }
    auto report = finish_all(sources, {&reading.work, 1}, reading.work, share, run, terrain, made, reading.jobs, reading.progress, reading.cancel);
    const auto gone = [](const Source& s) { return !file_stamp(s.segment.path).exists; };
    if (report || attempt > 0 || std::none_of(sources.begin(), sources.end(), gone)) return report;
  }
}

}  // namespace

Result<BakeReport> bake_tiles(const std::vector<fs::path>& given, const fs::path& out, const BakeOptions& options,
                              JobSystem& jobs, BakeProgress& progress, CancelToken cancel) {
  auto inputs = given;
  const auto dems = take_height_inputs(inputs);
  Diagnostics input_notes;
  for (const auto& dem : dems) {
    std::error_code ec;
    if (fs::is_directory(dem, ec)) warn_of_left_out(dem, true, input_notes);
  }
  const auto units = list_units(inputs, input_notes);
  if (!units) return units.error();
  if (auto status = check_height_attribute(*units, options.height, input_notes); !status) return status.error();
  auto city = city_options(options);
  if (!city) return city.error();
  Diagnostics terrain_notes;
  std::optional<TerrainPlan> terrain;
  if (!dems.empty()) {
    auto plan = plan_terrain(dems, city->heights, options.geoid, terrain_notes);
    if (!plan) return plan.error();
    terrain = std::move(*plan);
  }
  const WorkFolder work(out);
  WorkFolder::Run run;
  run.key = run_key(*units, options);
  if (terrain) run.key = mix(run.key ^ terrain->key);
  run.part = options.part;
  run.parts = options.parts;
  run.ellipsoidal = !options.geoid.empty();
  run.webp = static_cast<std::uint8_t>(options.webp);
  std::tie(run.first, run.last) = share_of(*units, options.part, options.parts);
  bool finished = false;
  if (auto status = open_output(work, run, made_of(run.key, *units, terrain, options), options.share, options.resume, finished); !status) return status.error();
  if (finished) {
    BakeReport report;
    report.already_finished = true;
    return report;
  }
  std::uint64_t total = 0;
  for (std::size_t i = run.first; i < run.last; ++i) total += (*units)[i].size;
  progress.work.total = 2 * total + (terrain ? terrain->chunks.size() : 0);
  TerrainMade made;
  if (terrain) {
    auto baked = bake_terrain_chunks(*terrain, work, options.part, options.parts, jobs, progress.work, cancel);
    if (!baked) return baked.error();
    made = *baked;
  }
  auto report = read_and_finish({*units, work, std::move(*city), options.height, jobs, progress, cancel}, run, options.share, terrain, made);
  if (!report) {
    // Where nothing could be read there is nothing to go on with either: the folder is as it was.
    if ((report.error().code == ErrorCode::malformed || report.error().code == ErrorCode::not_found) && !options.resume && !options.share && !terrain) {
      work.remove();
      remove_made_of(out);
      std::error_code ignored;
      fs::remove(out, ignored);
    }
    return report;
  }
  report->diagnostics.merge(std::move(input_notes));
  report->diagnostics.merge(std::move(terrain_notes));
  if (options.share) {
    run.finished = true;
    if (auto status = work.set_run(run); !status) return status.error();
    if (auto status = write_back(out); !status) return status.error();
  } else {
    work.remove();
  }
  return report;
}

Result<BakeReport> merge_tiles(const std::vector<fs::path>& parts, const fs::path& out, bool resume, JobSystem& jobs,
                               BakeProgress& progress, CancelToken cancel) {
  std::vector<WorkFolder> folders;
  std::vector<WorkFolder::Run> runs;
  for (const auto& part : parts) {
    const auto& folder = folders.emplace_back(part);
    const auto run = folder.run();
    if (!run)
      return Error{ErrorCode::not_found, "is no part of a bake", part.string(), "--merge",
                   "give the folders that `tenbo bake --part K/N` wrote"};
    if (!run->finished)
      return Error{ErrorCode::mismatch, "the part is not finished", part.string(), "--merge",
                   "run its `tenbo bake --part` again with --resume"};
    runs.push_back(*run);
  }
  if (runs.empty()) return Error{ErrorCode::invalid_argument, "there is nothing to merge", "", "--merge", ""};
  std::vector<std::size_t> order(runs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return runs[a].part < runs[b].part; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& run = runs[order[i]];
    const auto& first = runs[order[0]];
    if (run.key != first.key || run.parts != first.parts)
      return Error{ErrorCode::mismatch, "is a part of another bake than " + parts[order[0]].string(),
                   parts[order[i]].string(), "--merge", "merge parts of the same inputs, options and number of parts"};
    if (run.part != i + 1)
      return Error{ErrorCode::mismatch,
                   run.part == i ? "part " + std::to_string(i) + " is given twice"
                                 : "part " + std::to_string(i + 1) + " of " + std::to_string(run.parts) + " is missing",
                   parts[order[i]].string(), "--merge", "give each part once"};
  }
  if (order.size() != runs[0].parts)
    return Error{ErrorCode::mismatch,
                 std::to_string(order.size()) + " of " + std::to_string(runs[0].parts) + " parts are given", "",
                 "--merge", "give each part once"};

  const WorkFolder work(out);
  WorkFolder::Run run;
  run.key = runs[0].key;
  bool finished = false;
  if (auto status = open_output(work, run, read_made_of(parts[order[0]]), false, resume, finished); !status) return status.error();
  if (finished) {
    BakeReport report;
    report.already_finished = true;
    return report;
  }
  std::vector<Source> sources;
  for (const std::size_t part : order)
    for (std::size_t unit = runs[part].first; unit < runs[part].last; ++unit) {
      auto segment = read_segment(folders[part].segment(unit));
      if (!segment)
        return Error{ErrorCode::malformed, "a work file of the part is missing or damaged",
                     folders[part].segment(unit).string(), "--merge",
                     "run its `tenbo bake --part` again with --resume"};
      sources.push_back({std::move(*segment), part});
    }
  TerrainMade made;
  const auto terrain = take_terrain(folders, work, made);
  if (!terrain) return terrain.error();
  auto report = finish_all(sources, folders, work, false, runs[0], *terrain, made, jobs, progress, cancel);
  if (report) work.remove();
  return report;
}

}  // namespace tenbo::io
