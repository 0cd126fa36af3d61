#pragma once
// What tenbo.reader/1 has opened for one plugin instance. Thread-safe; handles are looked up, never trusted.
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tenbo/geo/features.h"
#include "tenbo/geo/forecast.h"
#include "tenbo/io/message.h"
#include "tenbo/io/vector.h"
#include "tenbo/plugin_api/inspection.h"
#include "tenbo/plugin_api/reader.h"

namespace tenbo::runtime {

struct StructureLists;  // structure_lists.h

struct ReadField {
  std::shared_ptr<const geo::Field> field;  // what the plugin sees: of a forecast, the first member of the latest issue
  std::shared_ptr<const geo::Forecast> forecast;  // of several issues or members; else null
  std::vector<tenbo_time> valid_times;
  std::vector<std::string> warnings;
  mutable std::mutex mutex;  // for `held`
  mutable std::vector<std::shared_ptr<const geo::FieldSlice>> held;  // slices the plugin was shown; empty = not yet
};

struct ReadVector {
  struct Place {
    double lon, lat, height;  // NaN where there is none
  };
  std::string name;
  bool has_z = false;
  std::shared_ptr<const geo::FeatureTable> features;
  std::vector<geo::AttributeSummary> columns;
  std::vector<Place> places;  // one a row
  // Geometry as it was read: the parts of row r are parts[part_starts[r]] and on, before part_starts[r + 1].
  std::vector<geo::GeoPoint> points;
  std::vector<io::ShapePart> parts;
  std::vector<std::uint32_t> part_starts;  // rows + 1
  std::vector<std::string> warnings;
  std::shared_ptr<const io::MessageHead> head;  // of a message
};

class ReaderHandles {
 public:
  const tenbo_reader_field* add(std::shared_ptr<const ReadField> f) { return put(fields_, reinterpret_cast<const tenbo_reader_field*>(f.get()), f); }
  const tenbo_reader_vector* add(std::shared_ptr<const ReadVector> v) { return put(vectors_, reinterpret_cast<const tenbo_reader_vector*>(v.get()), v); }
  // null for a pointer that is not an open handle of this instance
  std::shared_ptr<const ReadField> find(const tenbo_reader_field* h) const { return get(fields_, h); }
  std::shared_ptr<const ReadVector> find(const tenbo_reader_vector* h) const { return get(vectors_, h); }
  const tenbo_register* add(std::shared_ptr<const StructureLists> v) { return put(registers_, reinterpret_cast<const tenbo_register*>(v.get()), v); }
  std::shared_ptr<const StructureLists> find(const tenbo_register* h) const { return get(registers_, h); }
  bool close(const tenbo_register* h) { return drop(registers_, h); }
  bool close(const tenbo_reader_field* h) { return drop(fields_, h); }
  bool close(const tenbo_reader_vector* h) { return drop(vectors_, h); }
  void close_all() {
    std::lock_guard lock(mutex_);
    fields_.clear();
    vectors_.clear();
    registers_.clear();
  }

 private:
  template <class H, class T>
  using Map = std::map<const H*, std::shared_ptr<const T>>;
  template <class H, class T>
  const H* put(Map<H, T>& map, const H* handle, const std::shared_ptr<const T>& value) {
    std::lock_guard lock(mutex_);
    map[handle] = value;
    return handle;
  }
  template <class H, class T>
  std::shared_ptr<const T> get(const Map<H, T>& map, const H* handle) const {
    std::lock_guard lock(mutex_);
    const auto it = map.find(handle);
    return it == map.end() ? nullptr : it->second;
  }
  template <class H, class T>
  bool drop(Map<H, T>& map, const H* handle) {
    std::lock_guard lock(mutex_);
    return map.erase(handle) > 0;
  }
  mutable std::mutex mutex_;
  Map<tenbo_reader_field, ReadField> fields_;
  Map<tenbo_reader_vector, ReadVector> vectors_;
  Map<tenbo_register, StructureLists> registers_;
};

}  // namespace tenbo::runtime
