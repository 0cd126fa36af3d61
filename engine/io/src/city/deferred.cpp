#include "deferred.h"

#include <algorithm>

namespace tenbo::io::city {
namespace {

ExternalGeometry find_geometry(const FileContext& file, std::unordered_set<std::string_view> wanted, JobSystem& jobs) {
  ExternalGeometry found;
  Notes notes;  // told when the object that holds the geometry was read
  ElementTable elements;
  for (int round = 0; round < 16 && !wanted.empty(); ++round) {  // what is found may refer to more
    std::unordered_set<std::string_view> more;
    for (const auto& [id, at] : find_ids(file.begin, file.end, wanted, jobs)) {
      XmlCursor xml(at, file.end);
      if (xml.next() != XmlEvent::start || !elements.get(xml.tag().name).begins_geometry) continue;
      GeometryParser parser(elements, *file.crs_table, notes);
      Geometry geometry;
      if (!parser.parse(xml, {file.crs, file.dimension}, geometry)) continue;
      for (const Reference& r : geometry.references) more.insert(r.target);
      found.emplace(id, std::move(geometry));
    }
    wanted.clear();
    for (const auto id : more)
      if (!found.contains(id)) wanted.insert(id);
  }
  return found;
}

// The first reading has told all but this.
bool is_news(const Note& note) {
  return note.code == ErrorCode::not_found || note.code == ErrorCode::out_of_budget || note.message.find("itself") != std::string::npos;
}

}  // namespace

std::vector<Harvest> read_deferred(const FileContext& file, std::vector<LateObject>& objects, std::unordered_set<std::string_view> wanted,
                                   JobSystem& jobs, const CancelToken& cancel) {
  if (objects.empty()) return {};
  const ExternalGeometry external = find_geometry(file, std::move(wanted), jobs);
  constexpr std::size_t group = 64;
  std::vector<Harvest> out((objects.size() + group - 1) / group);
  jobs.parallel_for(out.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t p = from; p < to; ++p) {
      MemberParser parser(file);
      for (std::size_t i = p * group; i < std::min(objects.size(), (p + 1) * group); ++i) {
        if (cancel.cancelled()) break;
        XmlCursor xml(objects[i].at, file.end);
        parser.parse_deferred(xml, objects[i].feature, external, objects[i].extent);
      }
      out[p] = parser.take();
    }
  });
  for (Harvest& harvest : out) std::erase_if(harvest.notes.kept, [](const Note& n) { return !is_news(n); });
  return out;
}

}  // namespace tenbo::io::city
