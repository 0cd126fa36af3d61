#include "crs_table.h"

#include <charconv>

#include "xml.h"

namespace tenbo::io::city {

std::string mend_srs_name(std::string_view name) {
  name = trim(name);
  // ETRS89 / UTM with German heights: "urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH"
  if (name.starts_with("urn:adv:crs:")) {
    const auto utm = name.find("ETRS89_UTM");
    if (utm == std::string_view::npos || utm + 12 > name.size()) return std::string(name);
    const std::string zone(name.substr(utm + 10, 2));
    if (zone < "28" || zone > "38") return std::string(name);
    std::string out = "EPSG:258" + zone;
    if (name.find("DHHN92") != std::string_view::npos) out += "+5783";
    else if (name.find("DHHN2016") != std::string_view::npos) out += "+7837";
    return out;
  }
  // JGD2011 / Japan Plane Rectangular CS I..XIII + JGD2011 (vertical) height: EPSG 10162..10174, newer than PROJ 9.1
  const auto digits = name.find_last_not_of("0123456789");
  if (digits != std::string_view::npos && name.find("EPSG") != std::string_view::npos && name.find(',') == std::string_view::npos) {
    int code = 0;
    const auto number = name.substr(digits + 1);
    std::from_chars(number.data(), number.data() + number.size(), code);
    if (code >= 10162 && code <= 10174) return "EPSG:" + std::to_string(6669 + code - 10162) + "+6695";
  }
  return std::string(name);
}

const CrsEntry& CrsTable::get(std::string_view srs_name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(srs_name); found != entries_.end()) return *found->second;
  auto entry = std::make_unique<CrsEntry>();
  entry->srs_name = srs_name;
  auto parsed = geo::Crs::parse(trim(srs_name));
  if (!parsed) {
    if (const auto mended = mend_srs_name(srs_name); mended != trim(srs_name)) parsed = geo::Crs::parse(mended);
  }
  if (!parsed) {
    entry->error = parsed.error();
  } else {
    entry->crs = *parsed;
    entry->vertical = entry->crs.vertical();
    entry->geographic = entry->crs.is_geographic();
    entry->north_first = entry->crs.north_first();
    const std::string& id = entry->crs.id();
    for (const char* known : {"EPSG:6697", "EPSG:6668", "EPSG:6667", "EPSG:4326", "EPSG:4979"}) entry->swap_only = entry->swap_only || id == known;
    if (!entry->swap_only) {
      auto transformer = geo::Transformer::to_geographic(entry->crs, geo::AxisOrder::authority);
      if (!transformer) entry->error = transformer.error();
      else pools_[entry.get()].first.emplace(std::move(*transformer));
    }
    if (const auto fits = heights_.accepts(entry->vertical); !fits) entry->error = fits.error();
    entry->shift_heights = heights_.geoid && heights_.scene != geo::VerticalKind::unknown &&
                           entry->vertical != geo::VerticalKind::unknown && entry->vertical != heights_.scene;
  }
  return *entries_.emplace(std::string(srs_name), std::move(entry)).first->second;
}

std::unique_ptr<geo::Transformer> CrsTable::borrow(const CrsEntry& entry) {
  const std::lock_guard lock(mutex_);
  Pool& pool = pools_[&entry];
  if (!pool.spare.empty()) {
    auto out = std::move(pool.spare.back());
    pool.spare.pop_back();
    return out;
  }
  if (!pool.first) {
    auto made = geo::Transformer::to_geographic(entry.crs, geo::AxisOrder::authority);
    if (!made) return nullptr;
    pool.first.emplace(std::move(*made));
  }
  return std::make_unique<geo::Transformer>(pool.first->clone());
}

void CrsTable::give_back(const CrsEntry& entry, std::unique_ptr<geo::Transformer> transformer) {
  if (!transformer) return;
  const std::lock_guard lock(mutex_);
  pools_[&entry].spare.push_back(std::move(transformer));
}

}  // namespace tenbo::io::city
