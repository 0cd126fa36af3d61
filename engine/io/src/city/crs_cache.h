#pragma once
// What PROJ said of a CRS, for as long as the owner wants: asking it costs milliseconds, most of them in its database.
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "tenbo/geo/crs.h"
#include "tenbo/io/city.h"

namespace tenbo::io {

// Thread-safe. Bounded: a hostile file names no end of them.
class CrsCache {
 public:
  // As geo::Crs::parse has it.
  Result<geo::Crs> parse(const std::string& definition);
  // A transformer of the caller's own, for a CRS that parse() gave for this definition.
  Result<geo::Transformer> transformer(const std::string& definition, const geo::Crs& crs);

 private:
  // One CRS. Its own lock: whoever waits for PROJ to look one up does not keep others from another.
  struct Known {
    std::mutex mutex;
    std::optional<Result<geo::Crs>> crs;
    std::optional<Result<geo::Transformer>> to_geographic;  // to clone from
  };
  std::shared_ptr<Known> known(const std::string& definition);

  static constexpr std::size_t most = 500;
  std::mutex mutex_;  // of the map
  std::map<std::string, std::shared_ptr<Known>, std::less<>> known_;
};

}  // namespace tenbo::io
