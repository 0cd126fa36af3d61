// Footprints of a vector layer, extruded: one thread reads, others mesh and sort chunks as they come.
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>

#include "reading.h"
#include "tenbo/io/vector.h"

namespace tenbo::io::bake {
namespace {

struct Chunk {
  std::size_t unit;
  VectorData data;
};

// Chunks on their way from the reader to whoever is free; bounded, so that a fast reader waits.
class Queue {
 public:
  explicit Queue(std::size_t most) : most_(most) {}
  bool push(Chunk&& chunk) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return chunks_.size() < most_ || stopped_; });
    if (stopped_) return false;
    chunks_.push_back(std::move(chunk));
    changed_.notify_all();
    return true;
  }
  std::optional<Chunk> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !chunks_.empty() || ended_ || stopped_; });
    if (chunks_.empty() || stopped_) return std::nullopt;
    Chunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    changed_.notify_all();
    return chunk;
  }
  void end() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> chunks_;
  std::size_t most_;
  bool ended_ = false, stopped_ = false;
};

// The attribute that says how high a building is: as asked, else a usual name.
std::string height_attribute(const VectorData& data, const std::string& asked) {
  if (!asked.empty()) return asked;
  for (const char* name : {"measuredHeight", "bldg:measuredHeight", "measured_height", "height", "Height", "HEIGHT",
                           "building:height", "hoehe", "h"})
    for (std::uint32_t f = 0; f < std::min(data.features.size(), 100u); ++f)
      if (geo::to_number(data.features.value(f, name))) return name;
  return {};
}

constexpr double most_edge = 1000;  // m, of what lies flat: a chord sinks 2 cm into the globe

Status bake_chunk(const Reading& reading, std::size_t unit, VectorData data, const std::string& height) {
  VectorMeshOptions options;
  options.drape = false;
  options.tile_size = 1000;
  options.max_edge = most_edge;
  options.extrude_attribute = height;
  const auto ground = [](double, double) { return 0.0; };  // none: footprints without heights of their own stand at 0
  auto meshes = build_vector_meshes(data, ground, options, data.diagnostics);
  for (auto& batch : meshes.polygons)
    if (!height.empty()) batch.theme = CityTheme::building;
  return keep(reading, unit,
              {data.features,
               meshes.polygons,
               {},
               data.diagnostics,
               data.has_z ? data.vertical : geo::VerticalKind::unknown,
               data.crs.is_valid() ? data.crs.vertical_name() : ""});
}

}  // namespace

Status read_vector_units(const Reading& reading, std::size_t first, std::size_t last) {
  std::vector<bool> kept(last - first);
  bool all = true;
  for (std::size_t i = first; i < last; ++i) {
    kept[i - first] = is_kept(reading, i);
    if (kept[i - first]) reading.progress.work.done += reading.units[i].size;
    all = all && kept[i - first];
  }
  if (all) return {};
  const Unit& unit = reading.units[first];
  VectorOptions options;
  options.layer = unit.layer;
  options.heights = reading.city.heights;
  options.max_features = std::numeric_limits<std::uint64_t>::max();
  Queue queue(2);
  std::mutex mutex;
  Status failed, reader_status;
  std::string height;
  bool height_known = false;
  const std::size_t layer_first = first - unit.chunk;
  std::thread reader([&] {
    Progress own;
    std::size_t number = 0;
    VectorData rest;
    reader_status =
        read_vector_chunks(unit.path, options, chunk_features, own, reading.cancel, [&](VectorData&& data) -> Status {
          if (!height_known) {  // by the layer's first features, so that all parts of a bake choose alike
            height = height_attribute(data, reading.height);
            height_known = true;
          }
          if (data.features.size() == 0 && number > 0) return {};
          const std::size_t index = layer_first + number++;
          if (index >= layer_first + unit.chunks)
            return Error{ErrorCode::malformed, "the layer holds more features than it says", unit.path.string(),
                         unit.layer, "write it anew: ogr2ogr OUT IN"};
          if (index >= last && last < layer_first + unit.chunks)
            return Error{ErrorCode::cancelled, "enough", "", "", ""};
          if (index < first || index >= last || kept[index - first]) return {};
          if (!queue.push({index, std::move(data)})) return Error{ErrorCode::cancelled, "stopped", "", "", ""};
          return {};
        });
    queue.end();
  });
  reading.jobs.parallel_for(reading.jobs.threads() + 1, 1, [&](std::size_t, std::size_t) {
    while (auto chunk = queue.pop()) {
      auto status = bake_chunk(reading, chunk->unit, std::move(chunk->data), height);
      reading.progress.work.done += reading.units[chunk->unit].size;
      if (status) continue;
      queue.stop();
      std::lock_guard lock(mutex);
      if (failed) failed = status;
    }
  });
  reader.join();
  if (!failed) return failed;
  if (!reader_status && reader_status.error().code == ErrorCode::malformed && height_known) return reader_status;
  if (reading.cancel.cancelled()) return Error{ErrorCode::cancelled, "the bake was cancelled", "", "", ""};
  // What the file did not hold, or could not be read.
  bool told = reader_status.ok() || reader_status.error().code == ErrorCode::cancelled;
  for (std::size_t i = first; i < last; ++i) {
    if (kept[i - first] || read_segment(reading.work.segment(i), reading.units[i].key)) continue;
    auto status = told ? keep(reading, i, {geo::FeatureTable(), {}, {}, {}, {}, ""})
                       : keep_failure(reading, i, reader_status.error());
    told = true;
    if (!status) return status;
  }
  return {};
}

}  // namespace tenbo::io::bake
