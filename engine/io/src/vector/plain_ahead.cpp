#include "vector/plain_ahead.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "vector/ahead_queue.h"

namespace tenbo::io {
namespace {

// Copies of features, with the bytes that they are views of.
class Batch {
 public:
  static constexpr std::size_t most = 512, block_size = std::size_t{1} << 18;  // features, bytes

  void clear() {
    count_ = at_ = block_ = used_ = 0;
    std::erase_if(blocks_, [](const Block& b) { return b.size > block_size; });  // of a very large feature
  }
  bool full() const { return count_ == most; }
  bool read_out() const { return at_ == count_; }
  PlainFeature& next() { return features_[at_++]; }

  void add(const PlainFeature& f) {
    if (features_.size() == count_) features_.emplace_back();
    PlainFeature& to = features_[count_++];
    to.fid = f.fid;
    to.has_geometry = f.has_geometry;
    to.values = f.values;
    for (PlainValue& v : to.values) v.text = {reinterpret_cast<const char*>(keep(v.text.data(), v.text.size())), v.text.size()};
    to.parts = f.parts;
    if (f.parts.empty()) return;
    const auto* const from = reinterpret_cast<const unsigned char*>(f.geometry.data());
    const unsigned char* const at = keep(f.geometry.data(), f.geometry.size());
    to.geometry = {reinterpret_cast<const char*>(at), f.geometry.size()};
    for (PlainPart& part : to.parts) {
      part.xy = at + (part.xy - from);
      if (part.z != nullptr) part.z = at + (part.z - from);
    }
  }

 private:
  struct Block {
    std::unique_ptr<unsigned char[]> bytes;
    std::size_t size = 0;
  };
  const unsigned char* keep(const char* bytes, std::size_t size) {
    if (blocks_.empty() || used_ + size > blocks_[block_].size) {
      if (!blocks_.empty()) ++block_;
      used_ = 0;
      if (block_ == blocks_.size() || blocks_[block_].size < size) {
        const std::size_t room = std::max(block_size, size);
        blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(block_), {std::make_unique_for_overwrite<unsigned char[]>(room), room});
      }
    }
    unsigned char* const at = blocks_[block_].bytes.get() + used_;
    if (size > 0) std::memcpy(at, bytes, size);
    used_ += size;
    return at;
  }

  std::vector<PlainFeature> features_;
  std::size_t count_ = 0, at_ = 0;
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;  // the block that is being filled, and how far
};

class Ahead final : public PlainSource {
 public:
  explicit Ahead(std::unique_ptr<PlainSource> source) : source_(std::move(source)) {}
  ~Ahead() override {
    if (!thread_.joinable()) return;
    queue_.stop();
    thread_.join();
  }

  Got next(PlainFeature& out) override {
    if (in_place_ > 0) {
      --in_place_;
      return source_->next(out);
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    while (now_.read_out()) {
      auto more = queue_.pop(std::move(now_));
      now_ = {};
      if (!more) return last_;
      now_ = std::move(*more);
    }
    std::swap(out, now_.next());  // its room is used again
    return Got::feature;
  }

 private:
  void run() {
    PlainFeature feature;
    Got got = Got::feature;
    while (got == Got::feature) {
      Batch batch = queue_.spare();
      batch.clear();
      while (!batch.full() && (got = source_->next(feature)) == Got::feature) batch.add(feature);
      if (!queue_.push(std::move(batch))) break;
    }
    last_ = got;
    queue_.end();
  }

  std::unique_ptr<PlainSource> source_;
  std::size_t in_place_ = 2048;  // features, before a thread is worth its while
  std::thread thread_;
  AheadQueue<Batch> queue_;
  Batch now_;
  Got last_ = Got::end;  // of the other thread; what came after its last feature
};

}  // namespace

std::unique_ptr<PlainSource> read_ahead(std::unique_ptr<PlainSource> source) {
  return source ? std::make_unique<Ahead>(std::move(source)) : nullptr;
}

}  // namespace tenbo::io
