#include "vector/feature_source.h"

namespace tenbo::io {

FeatureSource::FeatureSource(GDALDataset& dataset, OGRLayer& layer, bool interleaved) : dataset_(dataset), layer_(layer), interleaved_(interleaved) {
  if (!interleaved_) layer_.ResetReading();
}

FeatureSource::~FeatureSource() { join(); }

void FeatureSource::join() {
  if (!thread_.joinable()) return;
  queue_.stop();
  thread_.join();
}

OGRFeatureUniquePtr FeatureSource::read() {
  if (nothing_) return nullptr;
  if (!interleaved_) return OGRFeatureUniquePtr(layer_.GetNextFeature());
  for (;;) {
    OGRLayer* of = nullptr;
    OGRFeatureUniquePtr feature(dataset_.GetNextFeature(&of, nullptr, nullptr, nullptr));
    if (!feature || of == &layer_) return feature;
  }
}

void FeatureSource::read_ahead() {
  gdal::Messages messages;  // GDAL's handler is a thread's own
  for (bool more = true; more;) {
    Batch next = queue_.spare();
    next.clear();
    next.reserve(batch);
    while (more && next.size() < batch) {
      OGRFeatureUniquePtr feature = read();
      more = feature != nullptr;
      if (more) next.push_back(std::move(feature));
    }
    if (!queue_.push(std::move(next))) break;
  }
  heard_ = messages.heard();
  queue_.end();
}

OGRFeature* FeatureSource::next() {
  if (read_ < in_place) {
    ++read_;
    here_ = read();
    return here_.get();
  }
  if (at_ == now_.size()) {
    if (read_ == in_place) {
      ++read_;
      thread_ = std::thread([this] { read_ahead(); });
    }
    at_ = 0;
    now_ = queue_.pop(std::move(now_)).value_or(Batch());
    if (now_.empty()) return nullptr;
  }
  return now_[at_++].get();
}

void FeatureSource::stop(gdal::Messages& messages) {
  join();
  if (heard_) messages.add(*heard_);
  heard_.reset();
}

}  // namespace tenbo::io
