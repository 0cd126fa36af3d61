#include "vector/feature_source.h"

namespace tenbo::io {

FeatureSource::FeatureSource(GDALDataset& dataset, OGRLayer& layer, bool interleaved) : dataset_(dataset), layer_(layer), interleaved_(interleaved) {
  if (!interleaved_) layer_.ResetReading();
}

FeatureSource::~FeatureSource() { join(); }

void FeatureSource::join() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  emptied_.notify_all();
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
    Batch next;
    {
      const std::lock_guard lock(mutex_);
      if (!spent_.empty()) {
        next = std::move(spent_.front());
        spent_.pop_front();
      }
    }
    next.clear();
    next.reserve(batch);
    while (next.size() < batch) {
      OGRFeatureUniquePtr feature = read();
      more = feature != nullptr;
      if (!more) break;
      next.push_back(std::move(feature));
    }
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [&] { return stop_ || ready_.size() < most_batches; });
    if (stop_) more = false;
    else ready_.push_back(std::move(next));
    if (!more) {
      ended_ = true;
      heard_ = messages.heard();
    }
    filled_.notify_one();
  }
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
    std::unique_lock lock(mutex_);
    if (!now_.empty()) spent_.push_back(std::move(now_));
    now_ = Batch();
    filled_.wait(lock, [&] { return ended_ || !ready_.empty(); });
    if (ready_.empty()) return nullptr;
    now_ = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    emptied_.notify_one();
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
