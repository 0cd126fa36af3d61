#include "reading.h"

#include <mutex>
#include <set>

#include "collect.h"
#include "pack.h"
#include "tenbo/base/hash.h"

namespace tenbo::io::bake {
namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t small_unit = std::uint64_t{64}
                                     << 20;  // bytes: larger ones are read one at a time, in parallel within

Error cancelled() { return {ErrorCode::cancelled, "the bake was cancelled", "", "", ""}; }

Status read_city_unit(const Reading& reading, std::size_t index) {
  if (is_kept(reading, index)) return {};
  const Unit& unit = reading.units[index];
  CityOptions options = reading.city;
  options.root = unit.root;
  Progress own;
  const auto model = read_city(unit.path, options, reading.jobs, own, reading.cancel);
  if (reading.cancel.cancelled()) return cancelled();
  if (!model) return keep_failure(reading, index, model.error());
  return keep(reading, index,
              {model->features, model->batches, model->textures, model->diagnostics, model->vertical,
               model->crs.is_valid() ? model->crs.vertical_name() : ""});
}

}  // namespace

bool is_kept(const Reading& reading, std::size_t unit) {
  const auto there = read_segment(reading.work.segment(unit), reading.units[unit].key);
  if (there) reading.progress.read += there->features;
  return there.has_value();
}

Status keep_failure(const Reading& reading, std::size_t unit, const Error& error) {
  Segment segment;
  segment.key = reading.units[unit].key;
  segment.source = reading.units[unit].path.string();
  segment.errors.push_back(error.text());
  return write_segment(reading.work.segment(unit), std::move(segment), {});
}

Status keep(const Reading& reading, std::size_t unit, const Read& read) {
  Segment segment;
  segment.key = reading.units[unit].key;
  segment.source = reading.units[unit].path.string();
  segment.vertical = read.vertical;
  segment.vertical_name = read.vertical_name;
  for (const auto& w : read.diagnostics.warnings) segment.warnings.push_back(w.text());
  for (const auto& e : read.diagnostics.errors) segment.errors.push_back(e.text());
  const auto collected = collect(read.features, read.batches, read.textures, reading.jobs);
  segment.features = collected.features;
  segment.triangles = collected.triangles;
  segment.nowhere = collected.nowhere;
  std::vector<std::pair<Cell, std::string>> blobs;
  for (const auto& [cell, set] : collected.blocks) {
    Packer packer;
    set.pack(packer);
    Run run;
    std::memset(static_cast<void*>(&run), 0, sizeof run);
    run.cell = cell;
    run.features = static_cast<std::uint32_t>(set.records.size());
    run.size = packer.out.size();
    run.hash = hash_bytes(packer.out);
    segment.runs.push_back(run);
    blobs.emplace_back(cell, std::move(packer.out));
  }
  reading.progress.read += segment.features;
  return write_segment(reading.work.segment(unit), std::move(segment), blobs);
}

Status read_units(const Reading& reading, std::size_t first, std::size_t last) {
  std::vector<std::size_t> large, small;
  std::vector<std::pair<std::size_t, std::size_t>> layers;
  std::set<fs::path> folders;
  for (std::size_t i = first; i < last; ++i) {
    const Unit& unit = reading.units[i];
    folders.insert(reading.work.segment(i).parent_path());
    if (unit.chunks == 0)
      (unit.size > small_unit ? large : small).push_back(i);
    else if (i > first && unit.chunk > 0 && !layers.empty() && layers.back().second == i)
      ++layers.back().second;
    else
      layers.emplace_back(i, i + 1);
  }
  std::error_code ec;
  for (const auto& f : folders) fs::create_directories(f, ec);
  std::mutex mutex;
  Status failed;
  const auto one = [&](std::size_t index) {
    {
      std::lock_guard lock(mutex);
      if (!failed) return;
    }
    auto status = reading.cancel.cancelled() ? Status(cancelled()) : read_city_unit(reading, index);
    reading.progress.work.done += reading.units[index].size;
    std::lock_guard lock(mutex);
    if (!status && failed) failed = status;
  };
  for (const std::size_t index : large) one(index);
  reading.jobs.parallel_for(small.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) one(small[i]);
  });
  for (const auto& [from, to] : layers) {
    if (!failed) break;
    failed = read_vector_units(reading, from, to);
  }
  return failed;
}

}  // namespace tenbo::io::bake
