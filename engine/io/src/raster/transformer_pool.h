#pragma once
// Transformers are not thread-safe and costly to make: threads borrow one and give it back.
#include <mutex>
#include <utility>
#include <vector>

#include "tenbo/geo/crs.h"

namespace tenbo::io {

class TransformerPool {
 public:
  explicit TransformerPool(geo::Transformer first) : prototype_(std::move(first)) {}
  bool is_identity() const { return prototype_.is_identity(); }

  class Lease {
   public:
    Lease(TransformerPool& pool, geo::Transformer t) : pool_(pool), transformer_(std::move(t)) {}
    ~Lease() {
      const std::lock_guard lock(pool_.mutex_);
      pool_.free_.push_back(std::move(transformer_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    const geo::Transformer& operator*() const { return transformer_; }
    const geo::Transformer* operator->() const { return &transformer_; }

   private:
    TransformerPool& pool_;
    geo::Transformer transformer_;
  };
  Lease borrow() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return Lease(*this, prototype_.clone());
    geo::Transformer t = std::move(free_.back());
    free_.pop_back();
    return Lease(*this, std::move(t));
  }

 private:
  std::mutex mutex_;
  geo::Transformer prototype_;
  std::vector<geo::Transformer> free_;
};

}  // namespace tenbo::io
