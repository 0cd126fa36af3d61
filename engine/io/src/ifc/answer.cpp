#include "ifc/answer.h"

#include <cmath>
#include <cstring>

#include "tenbo/base/text.h"
#include "worker_output.h"

namespace tenbo::io::ifc {

namespace format = ifc_format;
using Json = nlohmann::json;

namespace {

Json json_of(std::span<const std::byte> bytes) {
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  return Json::parse(text, text + bytes.size(), nullptr, false);
}

// A text from the file: valid UTF-8, one line, not endless.
std::string clean(const Json& j, std::size_t most = 4096) {
  std::string s = to_valid_utf8(j.get_ref<const std::string&>());
  for (char& c : s) if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  if (s.size() > most) {
    s.resize(most);
    s = to_valid_utf8(s);
  }
  return s;
}

const char* read_rows(const Json& rows, std::vector<Row>& out) {
  if (!rows.is_array()) return "its rows are no list";
  for (const auto& r : rows) {
    if (!r.is_array() || r.size() != 5 || !r[0].is_number_integer() || !r[1].is_string() || !r[2].is_string() || !r[3].is_number_integer() || !r[4].is_array()) return "a row is of another shape";
    if (out.size() >= format::max_elements) return "it has too many rows";
    Row row;
    row.id = clean(r[1], 64);
    if (row.id.empty()) row.id = "#" + std::to_string(r[0].get<std::int64_t>());
    row.type = clean(r[2], 64);
    row.whole = r[3].get<std::int64_t>();
    for (const auto& v : r[4]) {
      if (!v.is_array() || v.size() != 2 || !v[0].is_string()) return "an attribute is of another shape";
      std::string name = clean(v[0], 256);
      if (v[1].is_string()) {
        if (name == "Name") row.name = clean(v[1], 256);
        row.values.emplace_back(std::move(name), clean(v[1]));
      } else if (v[1].is_boolean()) row.values.emplace_back(std::move(name), v[1].get<bool>());
      else if (v[1].is_number_unsigned() && v[1].get<std::uint64_t>() > INT64_MAX) row.values.emplace_back(std::move(name), v[1].get<double>());
      else if (v[1].is_number_integer()) row.values.emplace_back(std::move(name), v[1].get<std::int64_t>());
      else if (v[1].is_number_float()) row.values.emplace_back(std::move(name), v[1].get<double>());
      else if (!v[1].is_null()) return "an attribute's value is of another kind";
    }
    out.push_back(std::move(row));
  }
  return nullptr;
}

// Coordinates beyond this are no place that anything was built at, in any map projection.
bool finite(const glm::dvec3& p) { return std::abs(p.x) < 1e9 && std::abs(p.y) < 1e9 && std::abs(p.z) < 1e9; }

const char* read_mesh(std::span<const std::byte> bytes, std::uint64_t& triangles, std::vector<Part>& out, std::size_t rows) {
  WorkerOutput in(bytes);
  Part part;
  std::uint32_t vertices = 0, indices = 0;
  double origin[3];
  if (!in.take(part.element) || !in.take(part.colour) || !in.take(origin) || !in.take(vertices) || !in.take(indices)) return "a mesh ends early";
  part.origin = {origin[0], origin[1], origin[2]};
  if (part.element >= rows) return "a mesh names an element that is not there";
  triangles += indices / 3;
  if (indices % 3 != 0 || triangles > format::max_triangles) return "a mesh's counts are out of bounds";
  if (!in.take(part.vertices, vertices) || !in.take(part.indices, indices) || !in.empty()) return "a mesh's size is another than it says";
  for (const auto i : part.indices) if (i >= vertices) return "an index names a vertex that is not there";
  if (!finite(part.origin)) return nullptr;
  for (auto& v : part.vertices)
    for (float x : v.position) if (!(std::abs(x) < 1e7f)) return nullptr;  // the part has no shape
  if (!part.indices.empty()) out.push_back(std::move(part));
  return nullptr;
}

}  // namespace

Result<Answer> parse_answer(std::span<const std::byte> bytes, const std::string& file) {
  const auto bad = [&](const char* what) { return Error{ErrorCode::malformed, std::string("the reader's answer makes no sense: ") + what, file, "", ""}; };
  WorkerOutput in(bytes);
  std::uint32_t magic = 0, version = 0;
  if (!in.take(magic) || magic != format::magic) return bad("it does not begin as it should");
  if (!in.take(version) || version != format::version) return bad("its version is another; build and install both together");
  Answer out;
  std::uint64_t triangles = 0;
  bool ended = false;
  while (!ended) {
    std::uint32_t tag = 0, length = 0;
    std::span<const std::byte> payload;
    if (!in.take(tag) || !in.take(length) || !in.take(payload, length)) return bad("it ends early");
    const char* wrong = nullptr;
    if (tag == format::tag("ELEM")) {
      if (!out.parts.empty() || !out.info.is_null()) return bad("rows come after meshes");
      wrong = read_rows(json_of(payload), out.rows);
    } else if (tag == format::tag("MESH")) {
      wrong = read_mesh(payload, triangles, out.parts, out.rows.size());
    } else if (tag == format::tag("INFO")) {
      if (!out.info.is_null()) return bad("it says twice what it is");
      out.info = json_of(payload);
      if (!out.info.is_object()) return bad("what it says of itself is no object");
    } else if (tag == format::tag("END!")) {
      ended = true;
    } else {
      return bad("a record is of an unknown kind");
    }
    if (wrong) return bad(wrong);
  }
  if (!in.empty() || out.info.is_null()) return bad("it does not end as it should");
  for (auto& row : out.rows)
    if (row.whole >= static_cast<std::int64_t>(out.rows.size()) || row.whole < -1) return bad("a row's whole is not there");
  return out;
}

void tell_what_is_not_drawn(const Json& info, const std::string& file, Diagnostics& out) {
  const auto count = [](const Json& j, const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_number_unsigned() ? it->get<std::uint64_t>() : 0;
  };
  const auto listed = [](std::string& text, const std::string& what, std::uint64_t n) { text += (text.empty() ? "" : ", ") + what + " " + std::to_string(n); };
  std::string shape, none, space, strangers;
  if (const auto it = info.find("unmeshed"); it != info.end() && it->is_object())
    for (const auto& [cls, u] : it->items()) {
      if (!u.is_object()) continue;
      const std::string name = to_valid_utf8(cls).substr(0, 64);
      if (const auto n = count(u, "shape")) {
        std::string of;
        if (const auto items = u.find("items"); items != u.end() && items->is_array())
          for (const auto& i : *items) if (i.is_string() && !i.get_ref<const std::string&>().empty()) of += (of.empty() ? "" : ", ") + clean(i, 64);
        listed(shape, name + (of.empty() ? "" : " (" + of + ")"), n);
      }
      if (const auto n = count(u, "none")) listed(none, name, n);
      if (const auto n = count(u, "space")) listed(space, name, n);
    }
  if (const auto it = info.find("strangers"); it != info.end() && it->is_object())
    for (const auto& [cls, n] : it->items()) if (n.is_number_unsigned()) listed(strangers, to_valid_utf8(cls).substr(0, 64), n.get<std::uint64_t>());
  const auto warn = [&](const std::string& text, const std::string& list) { if (!list.empty()) out.warn({ErrorCode::unsupported, text + ": " + list, file, "", ""}); };
  warn("not drawn, because their shape is a line or of a kind that is not read", shape);
  warn("have no shape of their own", none);
  warn("not drawn, because they are spaces", space);
  warn("entities that the schema's final edition does not know are left out", strangers);
  if (const auto it = info.find("moved_context"); it != info.end() && it->is_boolean() && it->get<bool>())
    out.warn({ErrorCode::unsupported, "a context's world coordinate system is not at the origin, which is not taken into account", file, "WorldCoordinateSystem", ""});
  if (const auto n = count(info, "failed_count")) {
    std::string names;
    if (const auto it = info.find("failed"); it != info.end() && it->is_array()) for (const auto& f : *it) if (f.is_string()) names += (names.empty() ? "" : ", ") + clean(f, 80);
    out.fail({ErrorCode::malformed, std::to_string(n) + " elements could not be meshed and are left out: " + names, file, "", ""});
  }
}

}  // namespace tenbo::io::ifc
