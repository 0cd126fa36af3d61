#include "crs_table.h"

#include <algorithm>
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

namespace {
// EPSG:6697, EPSG:25833+5783, urn:ogc:def:crs:..., http://www.opengis.net/...: codes, that is. PROJ would take any other
// text for a name and search its whole database for the nearest one, which takes seconds and may answer a wrong CRS.
bool is_code(std::string_view name) {
  const auto all = [](std::string_view s, std::string_view extra) {
    return !s.empty() && std::all_of(s.begin(), s.end(), [&](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || extra.find(c) != std::string_view::npos;
    });
  };
  if (name.size() > 300) return false;
  if (name.starts_with("urn:")) return all(name, ":.,_-") && name.find("crs") != std::string_view::npos;
  if (name.starts_with("http://") || name.starts_with("https://"))
    return all(name, ":/.#_-") && name.find("opengis.net/") != std::string_view::npos;
  const auto colon = name.find(':');
  const auto authority = name.substr(0, colon);
  if (colon == std::string_view::npos) return false;
  if (authority == "OGC" || authority == "CRS") return all(name.substr(colon + 1), "");
  return (authority == "EPSG" || authority == "epsg" || authority == "ESRI") && name.size() < 40 &&
         name.find_first_not_of("0123456789.:+", colon + 1) == std::string_view::npos && name.size() > colon + 1;
}
constexpr std::size_t most_entries = 200;  // of a data set; more is no data set but an attack
}  // namespace

const CrsEntry& CrsTable::get(std::string_view srs_name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(srs_name); found != entries_.end()) return *found->second;
  auto entry = std::make_unique<CrsEntry>();
  entry->srs_name = srs_name;
  const auto parse = [&](std::string_view name) -> Result<geo::Crs> {
    if (!is_code(name) || entries_.size() > most_entries)
      return Error{ErrorCode::invalid_argument, "\"" + std::string(name.substr(0, 100)) + "\" names no coordinate reference system by its code", "", "", "give an EPSG code, as EPSG:6697"};
    entry->definition = name;
    return cache_->parse(entry->definition);
  };
  auto parsed = parse(trim(srs_name));
  if (!parsed) {
    if (const auto mended = mend_srs_name(srs_name); mended != trim(srs_name)) parsed = parse(mended);
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
      auto transformer = cache_->transformer(entry->definition, entry->crs);
      if (!transformer) entry->error = transformer.error();
      else spare_[entry.get()].push_back(std::make_unique<geo::Transformer>(std::move(*transformer)));
    }
    if (const auto fits = heights_.accepts(entry->vertical); !fits) entry->error = fits.error();
    entry->shift_heights = heights_.geoid && heights_.scene != geo::VerticalKind::unknown &&
                           entry->vertical != geo::VerticalKind::unknown && entry->vertical != heights_.scene;
  }
  return *entries_.emplace(std::string(srs_name), std::move(entry)).first->second;
}

std::unique_ptr<geo::Transformer> CrsTable::borrow(const CrsEntry& entry) {
  {
    const std::lock_guard lock(mutex_);
    if (auto& spare = spare_[&entry]; !spare.empty()) {
      auto out = std::move(spare.back());
      spare.pop_back();
      return out;
    }
  }
  auto made = cache_->transformer(entry.definition, entry.crs);
  return made ? std::make_unique<geo::Transformer>(std::move(*made)) : nullptr;
}

void CrsTable::give_back(const CrsEntry& entry, std::unique_ptr<geo::Transformer> transformer) {
  if (!transformer) return;
  const std::lock_guard lock(mutex_);
  spare_[&entry].push_back(std::move(transformer));
}

}  // namespace tenbo::io::city
