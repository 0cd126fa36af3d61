#pragma once
// What PROJ said of a CRS, for as long as the owner wants: asking it costs milliseconds, most of them in its database.
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "tenbo/geo/crs.h"
#include "tenbo/io/city.h"

namespace tenbo::io {

// Thread-safe. Bounded: a hostile file names no end of them.
class CrsCache {
 public:
  struct Known {
    Result<geo::Crs> crs;
    std::shared_ptr<const geo::Transformer> to_geographic;  // to clone from; null until transformer() was asked
    std::optional<Error> no_transformer;
  };
  // As geo::Crs::parse has it.
  Result<geo::Crs> parse(const std::string& definition);
  // A transformer of the caller's own, for a CRS that parse() gave for this definition.
  Result<geo::Transformer> transformer(const std::string& definition, const geo::Crs& crs);

 private:
  static constexpr std::size_t most = 500;
  std::mutex mutex_;
  std::map<std::string, Known, std::less<>> known_;
};

}  // namespace tenbo::io
