#pragma once
// The CRSs named in a data set: parsed once, with a transformer for each thread that asks.
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crs_cache.h"

namespace tenbo::io::city {

struct CrsEntry {
  std::string srs_name;
  std::string definition;  // what PROJ was asked for
  geo::Crs crs;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  std::optional<Error> error;  // unknown, or its heights do not fit the scene's: nothing in it can be placed
  bool geographic = false, north_first = false;
  bool shift_heights = false;  // into the scene's datum, point by point
  // Latitude, longitude in degrees on JGD2011 or WGS 84: only the axes change places, and PROJ is not asked at all.
  bool swap_only = false;
};

// Thread-safe. Entries live as long as the table.
class CrsTable {
 public:
  CrsTable(const geo::HeightPolicy& heights, std::shared_ptr<CrsCache> cache)
      : heights_(heights), cache_(cache ? std::move(cache) : make_crs_cache()) {}
  const CrsEntry& get(std::string_view srs_name);
  const geo::HeightPolicy& heights() const { return heights_; }

  // A transformer of one's own; give it back for the next one to use (making one costs milliseconds). Null where PROJ
  // fails, which get() has found out already but for swap_only entries.
  std::unique_ptr<geo::Transformer> borrow(const CrsEntry& entry);
  void give_back(const CrsEntry& entry, std::unique_ptr<geo::Transformer> transformer);

 private:
  const geo::HeightPolicy& heights_;
  std::shared_ptr<CrsCache> cache_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<CrsEntry>, std::less<>> entries_;
  std::map<const CrsEntry*, std::vector<std::unique_ptr<geo::Transformer>>> spare_;
};

// What PROJ cannot read but real files say: versions in URNs, the German survey's "urn:adv:crs:", codes newer than
// PROJ's database. The input where there is nothing to mend.
std::string mend_srs_name(std::string_view srs_name);

}  // namespace tenbo::io::city
