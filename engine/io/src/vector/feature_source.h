#pragma once
// The features of a layer, read ahead on a thread of their own: GDAL decodes the next while the ones before become ours. A small
// layer is read in place.
#include <ogrsf_frmts.h>

#include <optional>
#include <thread>
#include <vector>

#include "gdal/gdal_support.h"
#include "vector/ahead_queue.h"

namespace tenbo::io {

class FeatureSource {
 public:
  // interleaved: the dataset gives the features of all its layers in turn; those of others are left out. While a source lives, nobody
  // else uses the dataset.
  FeatureSource(GDALDataset& dataset, OGRLayer& layer, bool interleaved);
  ~FeatureSource();
  FeatureSource(const FeatureSource&) = delete;
  FeatureSource& operator=(const FeatureSource&) = delete;

  void skip(std::uint64_t features) { if (layer_.SetNextByIndex(static_cast<GIntBig>(features)) != OGRERR_NONE) nothing_ = true; }  // before the first next(); not interleaved
  OGRFeature* next();  // null: there are no more. Good until the next call. One thread
  // What GDAL said on the other thread goes to `messages` too, and that thread ends.
  void stop(gdal::Messages& messages);

 private:
  static constexpr std::size_t in_place = 2048;          // features, before a thread is worth its while
  static constexpr std::size_t batch = 512;
  using Batch = std::vector<OGRFeatureUniquePtr>;
  OGRFeatureUniquePtr read();
  void read_ahead();
  void join();

  GDALDataset& dataset_;
  OGRLayer& layer_;
  const bool interleaved_;
  std::size_t read_ = 0;
  bool nothing_ = false;
  std::thread thread_;
  OGRFeatureUniquePtr here_;  // of what is read in place
  Batch now_;
  std::size_t at_ = 0;
  AheadQueue<Batch> queue_;
  std::optional<gdal::Messages::Heard> heard_;  // on the other thread; there once it has ended
};

}  // namespace tenbo::io
