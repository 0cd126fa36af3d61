// Landslide warnings by area, and designated zones, as shapes. Nothing of the host.
#pragma once
#include <vector>

#include "../common/areas.h"
#include "../common/publication.h"
#include "../common/warnings.h"

namespace landslide {

// The key of a message that is ours (VXWW50, VPWW56); empty: it is another's.
std::string key_of(const hazard::Report& report);
hazard::Publication publication(const std::vector<const hazard::Report*>& reports, const hazard::AreaIndex& areas);

// A zone under the Sediment Disasters Prevention Act: 1 警戒区域, 2 特別警戒区域, 3 and 4 the same before they are designated.
enum class Zone { unknown = 0, ordinary = 1, special = 2, ordinary_before = 3, special_before = 4 };
Zone zone_of(std::string_view word);     // "2", "土砂災害特別警戒区域（指定済）", "特別警戒区域"
std::string disaster_of(std::string_view word);  // "1" and so on: 急傾斜地の崩壊, 土石流, 地滑り; else the word

// Rows of a vector layer of zones: PLATEAU's lsld, the national land information's A33, or any with such columns.
struct ZoneFile {
  std::string name;  // for messages
  std::vector<hazard::Row> rows;
  std::vector<std::string> columns;
  const tenbo_reader_vector* geometry = nullptr;
};
// `column` names the zones' kind, empty: the first of the usual names. Throws where a file has none.
void add_zones(hazard::Publication& to, const std::vector<ZoneFile>& files, const std::string& column);

// The Agency's mesh in GRIB2 (大雨警報（土砂災害）の危険度分布): its values are judgements from 0, below the criterion of an advisory, to 4,
// the criterion of an emergency warning reached; a level is one more, but for 0. Five steps in this order, of which 0 is named so: online file
// 60210 of jmbsc.or.jp; that they are levels 2 to 5: the Agency's page on the mesh (know/bosai/doshakeikai.html). Below 0 nothing is judged, and
// that is unknown, as everything else is. How many of the others there were.
std::uint64_t levels_of_judgements(std::vector<float>& values);
// Since then; before it the values meant other levels. 2022-06-30 13:00 JST (the same page).
inline constexpr std::int64_t judgements_since_ms = 1'656'561'600'000;

// A risk mesh: what is no level from 0 to 5 becomes NaN. How many were that.
std::uint64_t keep_levels(std::vector<float>& values);

}  // namespace landslide
