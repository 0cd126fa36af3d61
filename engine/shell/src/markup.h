#pragma once
// Mark-up of the common picture: points, lines and areas that people draw on the map, each with a note, who drew it and when. Kept in a
// GeoPackage beside the scene, which other programs read, and which a scene can show as a layer.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/geo/extent.h"
#include "tenbo/geo/instant.h"

namespace tenbo::shell {

enum class MarkKind { point, line, area };
const char* to_string(MarkKind kind);  // the word in the file

struct Mark {
  MarkKind kind = MarkKind::point;
  std::vector<geo::GeoPoint> points;  // degrees; m, scene's datum. One, two or more, three or more
  std::string note, author;
  geo::Instant time;                  // when it was drawn
  friend bool operator==(const Mark& a, const Mark& b) {
    const auto same = [](const geo::GeoPoint& p, const geo::GeoPoint& q) { return p.lon == q.lon && p.lat == q.lat && p.height == q.height; };
    return a.kind == b.kind && a.note == b.note && a.author == b.author && a.time == b.time && std::equal(a.points.begin(), a.points.end(), b.points.begin(), b.points.end(), same);
  }
};
// How many points a mark of that kind needs.
std::size_t least_points(MarkKind kind);

// Where the mark-up of a scene is kept: SCENE.markup.gpkg beside it; without a scene file in `otherwise`.
std::filesystem::path markup_path(const std::filesystem::path& scene, const std::filesystem::path& otherwise);

// A file that is not there is empty. What in it is no mark of ours (another program's) costs itself and is counted.
struct Markup {
  std::vector<Mark> marks;
  std::size_t passed_over = 0;
};
Result<Markup> read_markup(const std::filesystem::path& path);
Status write_markup(const std::filesystem::path& path, const std::vector<Mark>& marks);

}  // namespace tenbo::shell
