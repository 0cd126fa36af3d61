#pragma once
// Points from the coordinate systems of a file to longitude, latitude and the scene's heights.
#include <memory>
#include <unordered_map>

#include "file_context.h"

namespace tenbo::io::city {

// One a worker: it holds transformers of its own, and gives them back at its end.
class Placer {
 public:
  explicit Placer(const FileContext& file) : file_(file) {}
  ~Placer();
  Placer(const Placer&) = delete;
  Placer& operator=(const Placer&) = delete;

  // In place; NaN where that cannot be, which `out` is told of.
  void place(Geometry& geometry, Harvest& out);

 private:
  void place_run(std::span<geo::GeoPoint> points, const CrsEntry& crs);
  void place_implicit(const Implicit& implicit, std::span<geo::GeoPoint> points);
  geo::Transformer* transformer(const CrsEntry& entry);

  const FileContext& file_;
  std::unordered_map<const CrsEntry*, std::unique_ptr<geo::Transformer>> transformers_;
};

}  // namespace tenbo::io::city
