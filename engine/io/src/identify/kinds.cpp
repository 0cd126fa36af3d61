#include "identify/kinds.h"

#include <algorithm>

#include "raster/field_times.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

namespace fs = std::filesystem;

Error refuse(const fs::path& path, std::string why, std::string remedy) {
  return gdal::error_of(ErrorCode::unsupported, std::move(why), path, "", std::move(remedy));
}

Found one(DataKind kind, const fs::path& path, std::string layer) { return std::vector<Identified>{{kind, {path}, std::move(layer)}}; }

namespace {
bool name_has(const fs::path& path, std::initializer_list<const char*> words) {
  const std::string name = lower_case(path.filename().string());
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return name.find(word) != std::string::npos; });
}
}  // namespace

bool names_a_depth(const fs::path& path) {
  return name_has(path, {"depth", "flood", "inundation", "浸水", "水深", "津波", "tsunami", "rainfall", "降水", "hmax"});
}
// "201208140700_Jakarta_200m.tif": a day and an hour make it a state of something, unless it is a survey of the ground.
bool names_an_hour(const fs::path& path) {
  return time_in_name(path.stem().string()).absolute && !name_has(path, {"dem", "dsm", "dtm", "elev", "標高", "地盤", "terrain", "survey"});
}

}  // namespace tenbo::io
