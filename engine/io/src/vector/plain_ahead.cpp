#include "vector/plain_ahead.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>

namespace tenbo::io {

// Copies of features, with the bytes that they are views of.
class PlainAhead::Batch {
 public:
  static constexpr std::size_t most = 2048, most_bytes = std::size_t{2} << 20, block_size = std::size_t{1} << 18;  // features, bytes

  void clear() {
    count_ = at_ = block_ = used_ = bytes_ = 0;
    std::erase_if(blocks_, [](const Block& b) { return b.size > block_size; });  // of a very large feature
  }
  bool full() const { return count_ == most || bytes_ >= most_bytes; }
  bool read_out() const { return at_ == count_; }
  PlainFeature& next() { return features_[at_++]; }

  void add(const PlainFeature& f) {
    if (features_.size() == count_) features_.emplace_back();
    PlainFeature& to = features_[count_++];
    to.fid = f.fid;
    to.has_geometry = f.has_geometry;
    to.parts = f.parts;
    bytes_ += f.parts.size() * sizeof(PlainPart) + f.values.size() * sizeof(PlainValue);
    to.values = f.values;
    const std::string_view bytes = f.parts.empty() ? std::string_view() : f.bytes;
    const auto* const from = reinterpret_cast<const unsigned char*>(bytes.data());
    const unsigned char* const at = bytes.empty() ? nullptr : keep(bytes);
    to.bytes = {reinterpret_cast<const char*>(at), bytes.size()};
    for (PlainPart& part : to.parts) {
      part.xy = at + (part.xy - from);
      if (part.z != nullptr) part.z = at + (part.z - from);
    }
    const std::less_equal<> not_after;
    for (PlainValue& v : to.values) {
      const bool within = !bytes.empty() && not_after(bytes.data(), v.text.data()) && not_after(v.text.data() + v.text.size(), bytes.data() + bytes.size());
      v.text = {within ? to.bytes.data() + (v.text.data() - bytes.data()) : reinterpret_cast<const char*>(keep(v.text)), v.text.size()};
    }
  }

 private:
  struct Block {
    std::unique_ptr<unsigned char[]> bytes;
    std::size_t size = 0;
  };
  const unsigned char* keep(std::string_view bytes) {
    const std::size_t size = bytes.size();
    bytes_ += size;
    if (blocks_.empty() || used_ + size > blocks_[block_].size) {
      if (!blocks_.empty()) ++block_;
      used_ = 0;
      if (block_ == blocks_.size() || blocks_[block_].size < size) {
        const std::size_t room = std::max(block_size, size);
        blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(block_), {std::make_unique_for_overwrite<unsigned char[]>(room), room});
      }
    }
    unsigned char* const at = blocks_[block_].bytes.get() + used_;
    if (size > 0) std::memcpy(at, bytes.data(), size);
    used_ += size;
    return at;
  }

  std::vector<PlainFeature> features_;
  std::size_t count_ = 0, at_ = 0;
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0, bytes_ = 0;  // the block that is being filled, and how far; of all
};

PlainAhead::PlainAhead(std::unique_ptr<PlainSource> source) : source_(std::move(source)) {}

PlainAhead::~PlainAhead() {
  if (!thread_.joinable()) return;
  queue_.stop();
  thread_.join();
}

PlainSource::Got PlainAhead::next(PlainFeature& out) {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  while (!ended_ && (!now_ || now_->read_out())) {
    auto more = queue_.pop(std::move(now_));
    ended_ = !more;
    if (more) now_ = std::move(*more);
  }
  if (ended_) return last_;
  std::swap(out, now_->next());  // its room is used again
  return Got::feature;
}

void PlainAhead::run() {
  PlainFeature feature;
  Got got = Got::feature;
  try {
    while (got == Got::feature) {
      auto batch = queue_.spare();
      if (!batch) batch = std::make_unique<Batch>();
      batch->clear();
      while (!batch->full() && !queue_.stopped() && (got = source_->next(feature)) == Got::feature) batch->add(feature);
      if (!queue_.push(std::move(batch))) break;
    }
  } catch (const std::bad_alloc&) {
    got = Got::unknown;  // GDAL goes on from the last batch that was handed over
  }
  last_ = got;
  queue_.end();
}

}  // namespace tenbo::io
