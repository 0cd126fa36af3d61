#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <glm/geometric.hpp>
#include <map>
#include <span>
#include <tuple>

#include "ifc/answer.h"
#include "ifc/placing.h"
#include "tenbo/base/file.h"
#include "tenbo/base/process.h"
#include "tenbo/base/text.h"
#include "tenbo/io/ifc.h"

namespace tenbo::io {

namespace fs = std::filesystem;
using ifc::Answer;

namespace {

constexpr const char* install_remedy = "install it with \"tools/setup ifc\", or convert the model to glTF";

fs::path in_path(const char* program) {
  const char* folders = std::getenv("PATH");
  for (std::string_view rest = folders ? folders : ""; !rest.empty();) {
    const auto end = std::min(rest.find(':'), rest.size());
    const fs::path candidate = fs::path(rest.substr(0, end)) / program;
    std::error_code ec;
    if (end > 0 && rest[0] == '/' && fs::is_regular_file(candidate, ec)) return candidate;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

fs::path packages_folder(const IfcOptions& options) {
  std::vector<fs::path> folders;
  if (!options.packages.empty()) folders = {options.packages};
  else {
    if (const char* chosen = std::getenv("TENBO_IFC"); chosen && *chosen == '/') folders.emplace_back(chosen);
    folders.push_back(executable_dir() / "ifc");
    folders.push_back(executable_dir() / "../ifc");
  }
  std::error_code ec;
  for (const auto& f : folders)
    if (fs::is_regular_file(f / "node_modules/web-ifc/package.json", ec)) return f;
  return {};
}

// A file that is cut off has no end mark; looked for in its last bytes, as comments may follow.
bool has_end_mark(const fs::path& path, std::uint64_t size) {
  constexpr std::uint64_t tail = 65536;
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(size > tail ? size - tail : 0));
  std::string text(static_cast<std::size_t>(std::min(size, tail)), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text.find("END-ISO-10303-21") != std::string::npos;
}

// Affine near a part's origin: from the model's axes to those of a frame. Off by the Earth's curve, 3 mm at 200 m.
struct Near {
  glm::dvec3 origin{0};
  glm::dmat3 axes{1};
  bool finite = false;
};
Near near(const ifc::Placing& place, const geo::LocalFrame& frame, const glm::dvec3& model) {
  Near n;
  constexpr double step = 100;  // m
  n.origin = frame.to_local(place.at(model));
  for (int a = 0; a < 3; ++a) {
    glm::dvec3 d(0);
    d[a] = step;
    n.axes[a] = (frame.to_local(place.at(model + d)) - n.origin) / step;
  }
  n.finite = std::isfinite(n.origin.x + n.origin.y + n.origin.z) && std::isfinite(glm::dot(n.axes[0] + n.axes[1] + n.axes[2], glm::dvec3(1)));
  return n;
}

class Builder {
 public:
  Builder(const Answer& answer, const ifc::Placing& place, const IfcOptions& options, CityModel& out) : answer_(answer), place_(place), options_(options), out_(out) {
    extents_.resize(answer.rows.size());
    theme_.resize(answer.rows.size(), CityTheme::other);
  }

  void run() {
    for (std::size_t i = 0; i < answer_.rows.size(); ++i)
      each_whole(i, [&](std::size_t whole) { if (answer_.rows[whole].type.starts_with("IfcBridge")) theme_[i] = CityTheme::bridge; });
    make_elements();
    for (const auto& part : answer_.parts) add(part);
    for (std::size_t i = 0; i < answer_.rows.size(); ++i) {
      out_.features.set_extent(static_cast<std::uint32_t>(i), extents_[i]);
      if (!extents_[i].empty()) out_.extent.add(extents_[i]);
    }
  }
  std::uint64_t lost() const { return lost_; }

 private:
  template <class F>
  void each_whole(std::size_t element, const F& f) {  // itself first; rings of wholes end
    std::int64_t at = static_cast<std::int64_t>(element);
    for (int depth = 0; at >= 0 && depth < 64; ++depth) {
      f(static_cast<std::size_t>(at));
      at = answer_.rows[static_cast<std::size_t>(at)].whole;
    }
  }

  // Each row by its number; its whole is the bridge, tunnel or building that holds it, or the outermost thing that is not the site.
  void make_elements() {
    const auto text = [](const ifc::Row& row, std::string_view name) -> std::string {
      for (const auto& [key, value] : row.values)
        if (const auto* t = std::get_if<std::string>(&value); t && key == name) return *t;
      return {};
    };
    for (std::size_t i = 0; i < answer_.rows.size(); ++i) {
      const auto& row = answer_.rows[i];
      CityElement e;
      e.own = static_cast<std::uint32_t>(i);
      std::size_t whole = i;
      bool found = false;
      each_whole(i, [&](std::size_t at) {
        const auto& type = answer_.rows[at].type;
        if (type == "IfcSite") return;
        const bool facility = type == "IfcBridge" || type == "IfcTunnel" || type == "IfcBuilding";
        if (facility || !found) whole = at;
        found = found || facility;
      });
      e.whole = static_cast<std::uint32_t>(whole);
      if (row.whole >= 0 && i != whole && static_cast<std::size_t>(row.whole) < answer_.rows.size()) e.parent = static_cast<std::uint32_t>(row.whole);
      e.id = row.id, e.type = row.type, e.name = text(row, "Name"), e.tag = text(row, "Tag");
      for (const char* key : {"PredefinedType", "ObjectType", "Type"})
        if (const auto word = text(row, key); !word.empty()) e.role += (e.role.empty() ? "" : " / ") + word;
      out_.elements.push_back(std::move(e));
    }
  }

  void add(const ifc::Part& part) {
    const glm::dvec3 origin = part.origin;
    const auto cell = [&](double v) { return static_cast<std::int64_t>(std::floor(v / options_.tile_size)); };
    const auto key = std::tuple(cell(origin.x), cell(origin.y), cell(origin.z / 4), theme_[part.element]);
    auto found = frames_.find(key);
    if (found == frames_.end()) {
      const auto anchor = place_.at(origin);
      if (!std::isfinite(anchor.lon) || !std::isfinite(anchor.lat) || !std::isfinite(anchor.height)) { lost_ += part.indices.size() / 3; return; }
      found = frames_.emplace(key, Tile{geo::LocalFrame::at(anchor), SIZE_MAX}).first;
    }
    auto& tile = found->second;
    const Near here = near(place_, tile.frame, origin);
    if (!here.finite) { lost_ += part.indices.size() / 3; return; }
    float reach = 0;
    for (const auto& v : part.vertices) for (float x : v.position) reach = std::max(reach, std::abs(x));
    const bool wide = reach > 200;
    glm::vec3 low(INFINITY), high(-INFINITY);
    std::vector<Vertex> vertices;
    vertices.reserve(part.vertices.size());
    const float colour = static_cast<float>(part.colour[0] + 256u * part.colour[1] + 65536u * part.colour[2]);
    for (const auto& v : part.vertices) {
      const glm::dvec3 offset(v.position[0], v.position[1], v.position[2]);
      const glm::dvec3 p = wide ? tile.frame.to_local(place_.at(origin + offset)) : here.origin + here.axes * offset;
      const glm::dvec3 turned = here.axes * glm::dvec3(v.normal[0], v.normal[1], v.normal[2]);
      const double l = glm::length(turned);
      const glm::vec3 n = l > 0.01 && std::isfinite(l) ? glm::vec3(turned / l) : glm::vec3(0, 0, 1);
      const glm::vec3 q(p);
      vertices.push_back({q.x, q.y, q.z, encode_normal(n), colour, 0, part.element});
      low = glm::min(low, q);
      high = glm::max(high, q);
    }
    if (!(low.x <= high.x) || !std::isfinite(low.x + low.y + low.z + high.x + high.y + high.z)) { lost_ += part.indices.size() / 3; return; }
    out_.triangles += part.indices.size() / 3;
    geo::Extent extent;
    for (float x : {low.x, high.x}) for (float y : {low.y, high.y}) for (float z : {low.z, high.z}) extent.add(tile.frame.to_geo({x, y, z}));
    each_whole(part.element, [&](std::size_t whole) { extents_[whole].add(extent); });
    if (!options_.meshes) return;
    if (tile.batch == SIZE_MAX || out_.batches[tile.batch].mesh.vertices.size() + vertices.size() > 2'000'000) {
      tile.batch = out_.batches.size();
      MeshBatch b;
      b.frame = tile.frame;
      b.min = glm::vec3(INFINITY);
      b.max = glm::vec3(-INFINITY);
      b.colour = {255, 255, 255, 255};
      b.theme = theme_[part.element];
      b.vertex_colours = true;
      out_.batches.push_back(std::move(b));
    }
    auto& b = out_.batches[tile.batch];
    const auto first = static_cast<std::uint32_t>(b.mesh.vertices.size());
    b.mesh.vertices.insert(b.mesh.vertices.end(), vertices.begin(), vertices.end());
    if (b.elements.empty() || b.elements.back().element != part.element) b.elements.push_back({static_cast<std::uint32_t>(b.mesh.indices.size()), part.element});
    for (std::uint32_t i : part.indices) b.mesh.indices.push_back(first + i);
    b.min = glm::min(b.min, low);
    b.max = glm::max(b.max, high);
  }

  struct Tile { geo::LocalFrame frame; std::size_t batch; };
  const Answer& answer_;
  const ifc::Placing& place_;
  const IfcOptions& options_;
  CityModel& out_;
  std::vector<geo::Extent> extents_;
  std::vector<CityTheme> theme_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, CityTheme>, Tile> frames_;
  std::uint64_t lost_ = 0;
};

void add_features(const Answer& answer, CityModel& out) {
  for (const auto& row : answer.rows) {
    const auto f = out.features.add_feature(row.id, row.type);
    for (const auto& [name, value] : row.values) {
      if (const auto* t = std::get_if<std::string>(&value)) out.features.add_text(f, name, *t);
      else if (const auto* i = std::get_if<std::int64_t>(&value)) out.features.add_integer(f, name, *i);
      else if (const auto* r = std::get_if<double>(&value)) out.features.add_real(f, name, *r);
      else if (const auto* b = std::get_if<bool>(&value)) out.features.add_boolean(f, name, *b);
    }
    std::string in;
    std::int64_t at = row.whole;
    for (int depth = 0; at >= 0 && depth < 16; ++depth) {
      const auto& whole = answer.rows[static_cast<std::size_t>(at)];
      in = (whole.name.empty() ? whole.type : whole.name) + (in.empty() ? "" : " / " + in);
      at = whole.whole;
    }
    if (!in.empty()) out.features.add_text(f, "in", in);
  }
}

}  // namespace

bool is_ifc_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 256> head{};
  if (!file) return lower_case(path.extension().string()) == ".ifc";
  file.read(head.data(), head.size());
  std::string_view text(head.data(), static_cast<std::size_t>(file.gcount()));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  return text.starts_with("ISO-10303-21");
}

Result<CityModel> read_ifc(const fs::path& path, const IfcOptions& options, CancelToken cancel) {
  const auto error = [&](ErrorCode code, std::string text, std::string remedy = {}) { return Error{code, std::move(text), path.string(), "", std::move(remedy)}; };
  std::error_code ec;
  if (!fs::is_regular_file(path, ec)) return error(ErrorCode::not_found, "no such file");
  const auto size = fs::file_size(path, ec);
  if (ec || size == 0) return error(ErrorCode::malformed, "the file is empty");
  if (size > ifc_format::max_file_bytes) return error(ErrorCode::out_of_budget, "the file has " + std::to_string(size >> 20) + " MiB, and an IFC file of at most 1024 MiB is read", "split it by storey or discipline");
  if (!is_ifc_file(path)) return error(ErrorCode::malformed, "it does not begin with ISO-10303-21, as IFC in STEP's text form does", "unpack .ifczip, and write .ifcXML out as .ifc");
  if (!has_end_mark(path, size)) return error(ErrorCode::malformed, "the file is cut off: END-ISO-10303-21 is not at its end", "copy or download it again");
  const fs::path node = options.node.empty() ? in_path("node") : options.node;
  if (node.empty() || !fs::exists(node, ec)) return error(ErrorCode::not_found, "IFC is read by Node.js, which is not there", install_remedy);
  const fs::path packages = packages_folder(options);
  if (packages.empty()) return error(ErrorCode::not_found, "IFC is read by web-ifc, which is not there", install_remedy);
  const fs::path worker = options.worker.empty() ? executable_dir() / "ifc_worker/read_ifc.mjs" : options.worker;
  if (!fs::exists(worker, ec)) return error(ErrorCode::not_found, "the reader of IFC is not there: " + worker.string(), "build or install ifc_worker beside tenbo");
  ChildOptions limits;
  limits.time_limit = std::chrono::seconds(std::max(1, options.time_limit_seconds));
  limits.memory_limit_bytes = 0;  // WebAssembly reserves many GiB of addresses, and keeps its memory below 4 GiB by itself
  limits.output_limit_bytes = UINT64_C(2) << 30;
  limits.cancel = cancel;
  auto child = run_child(node, {"--no-warnings", "--max-old-space-size=4096", worker.string(), fs::absolute(packages, ec).string(), fs::absolute(path, ec).string()}, limits);
  if (!child) return child.error();
  if (child->cancelled) return error(ErrorCode::cancelled, "stopped");
  if (child->timed_out) return error(ErrorCode::out_of_budget, "the reader was stopped after " + std::to_string(std::max(1, options.time_limit_seconds)) + " s", "simplify the model, or convert it to glTF");
  if (child->output_exceeded) return error(ErrorCode::out_of_budget, "the model is larger than 2 GiB of triangles", "simplify the model");
  if (child->signal) return error(ErrorCode::malformed, "the reader crashed on it (signal " + std::to_string(child->signal) + ")", "convert the model to glTF");
  if (child->exit_code != 0) {
    std::string why = to_valid_utf8(child->error_tail);
    while (!why.empty() && (why.back() == '\n' || why.back() == '\r')) why.pop_back();
    return error(ErrorCode::malformed, why.empty() ? "the reader failed with status " + std::to_string(child->exit_code) : "cannot be read as IFC: " + why.substr(0, 300));
  }
  auto answer = ifc::parse_answer(child->output, path.string());
  if (!answer) return answer.error();
  CityModel out;
  out.name = path.filename().string();
  out.own_look = true;
  out.bytes = size;
  auto place = ifc::Placing::make(answer->info, options, path.string(), out.diagnostics);
  if (!place) return place.error();
  out.crs = place->crs();
  out.vertical = place->vertical();
  add_features(*answer, out);
  Builder builder(*answer, *place, options, out);
  builder.run();
  if (builder.lost()) out.diagnostics.fail(error(ErrorCode::malformed, std::to_string(builder.lost()) + " triangles have no place on Earth in " + out.crs.id() + " and are left out"));
  ifc::tell_what_is_not_drawn(answer->info, path.string(), out.diagnostics);
  if (answer->rows.empty()) return error(ErrorCode::malformed, "there is no IfcProduct in it");
  return out;
}

}  // namespace tenbo::io
