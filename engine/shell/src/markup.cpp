#include "markup.h"

#include "tenbo/base/file.h"
#include "tenbo/io/vector.h"
#include "tenbo/io/write_vector.h"

namespace tenbo::shell {
namespace {

io::ShapeKind shape_of(MarkKind kind) {
  return kind == MarkKind::point ? io::ShapeKind::point : kind == MarkKind::line ? io::ShapeKind::line : io::ShapeKind::polygon;
}

}  // namespace

const char* to_string(MarkKind kind) { return kind == MarkKind::point ? "point" : kind == MarkKind::line ? "line" : "area"; }

std::size_t least_points(MarkKind kind) { return kind == MarkKind::point ? 1 : kind == MarkKind::line ? 2 : 3; }

std::filesystem::path markup_path(const std::filesystem::path& scene, const std::filesystem::path& otherwise) {
  if (scene.empty()) return otherwise / "markup.gpkg";
  auto out = scene;
  return out.replace_extension(".markup.gpkg");
}

Result<Markup> read_markup(const std::filesystem::path& path) {
  Markup out;
  if (!file_stamp(path).exists) return out;
  Progress progress;
  auto read = io::read_vector(path, {}, progress, {});
  if (!read) return read.error();
  std::vector<const io::ShapePart*> first(read->features.size(), nullptr);
  for (const auto& p : read->parts)
    if (!p.hole && p.feature < first.size() && !first[p.feature]) first[p.feature] = &p;
  for (std::uint32_t f = 0; f < read->features.size(); ++f) {
    const auto text = [&](const char* name) { return geo::to_text(read->features.value(f, name)); };
    Mark m;
    for (const auto kind : {MarkKind::point, MarkKind::line, MarkKind::area})
      if (first[f] && shape_of(kind) == first[f]->kind) m.kind = kind;
    const auto time = geo::parse_instant(text("time"));
    if (!first[f] || first[f]->count < least_points(m.kind) || !time) {
      ++out.passed_over;
      continue;
    }
    m.points.assign(read->points.begin() + first[f]->first, read->points.begin() + first[f]->first + first[f]->count);
    // a ring that is closed in the file is not closed here
    if (m.kind == MarkKind::area && m.points.size() > 3 && m.points.front().lon == m.points.back().lon && m.points.front().lat == m.points.back().lat) m.points.pop_back();
    m.note = text("note");
    m.author = text("author");
    m.time = *time;
    out.marks.push_back(std::move(m));
  }
  return out;
}

Status write_markup(const std::filesystem::path& path, const std::vector<Mark>& marks) {
  io::VectorData data;
  data.has_z = true;
  for (const auto& m : marks) {
    const auto f = data.features.add_feature(std::to_string(data.features.size() + 1), "mark");
    data.features.add_text(f, "kind", to_string(m.kind));
    data.features.add_text(f, "note", m.note);
    data.features.add_text(f, "author", m.author);
    data.features.add_text(f, "time", geo::format_utc(m.time));
    data.parts.push_back({f, shape_of(m.kind), false, static_cast<std::uint32_t>(data.points.size()), static_cast<std::uint32_t>(m.points.size())});
    data.points.insert(data.points.end(), m.points.begin(), m.points.end());
  }
  return io::write_geopackage(path, "markup", data);
}

}  // namespace tenbo::shell
