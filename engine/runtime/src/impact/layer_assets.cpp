#include "layer_assets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <glm/geometric.hpp>
#include <map>
#include <mutex>
#include <unordered_map>

#include "../style.h"
#include "tenbo/io/tiles.h"

namespace tenbo::runtime {
namespace {

bool is_building(std::string_view type) { return type.find("uilding") != std::string_view::npos; }
bool is_crossed(std::string_view type) {
  const auto theme = io::theme_of_type(type);
  return theme == io::CityTheme::bridge || theme == io::CityTheme::road;
}

std::string name_of(const geo::FeatureTable& table, std::uint32_t row) {
  for (const char* key : {"name", "gml:name", "名称"})
    if (auto text = geo::to_text(table.value(row, key)); !text.empty()) return text;
  return {};
}

// Assets in the making, feature by feature.
class Gatherer {
 public:
  Gatherer(const AssetOptions& options, std::optional<Filter> filter) : options_(options), filter_(std::move(filter)) {}

  // The features of a table become assets; result[row] is the asset of a row, no_feature where the row is none. Rows of
  // one id in several tables (a tree's tiles) are one asset.
  std::vector<std::uint32_t> add(const geo::FeatureTable& table, bool join_ids) {
    std::vector<std::uint32_t> out(table.size(), no_feature);
    for (std::uint32_t row = 0; row < table.size(); ++row) {
      if (filter_ && !filter_->passes(table.value(row, filter_->attribute))) continue;
      const auto id = table.id(row);
      if (join_ids && !id.empty()) {
        const auto [known, fresh] = by_id_.try_emplace(std::string(id), made_.shapes.count);
        if (!fresh) { out[row] = known->second; continue; }
      }
      out[row] = made_.shapes.count++;
      made_.ids.emplace_back(id);
      made_.names.emplace_back(name_of(table, row));
      building_.push_back(is_building(table.type(row)));
      crossed_ += is_crossed(table.type(row));
      const auto text = options_.by.empty() ? std::string() : geo::to_text(table.value(row, options_.by));
      made_.group.push_back(groups_.try_emplace(text, static_cast<std::uint32_t>(groups_.size())).first->second);
      if (!options_.weight.empty())
        made_.weight.push_back(geo::to_number(table.value(row, options_.weight)).value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return out;
  }
  // Of the triangles those that look up.
  void add(const io::CityModel& city, const std::vector<std::uint32_t>& asset_of) {
    for (const auto& batch : city.batches) {
      const auto& v = batch.mesh.vertices;
      const auto& ix = batch.mesh.indices;
      for (std::size_t i = 0; i + 2 < ix.size(); i += 3) {
        const Vertex &a = v[ix[i]], &b = v[ix[i + 1]], &c = v[ix[i + 2]];
        if (a.feature >= asset_of.size() || asset_of[a.feature] == no_feature) continue;
        const glm::vec3 pa(a.x, a.y, a.z), pb(b.x, b.y, b.z), pc(c.x, c.y, c.z);
        const glm::vec3 n = glm::cross(pb - pa, pc - pa);
        const float length = glm::length(n);
        if (!(length > 1e-4f) || n.z < 0.5f * length) continue;
        made_.shapes.add_part(asset_of[a.feature], impact::Shape::area);
        for (const auto& p : {pa, pb, pc}) {
          const auto g = batch.frame.to_geo(glm::dvec3(p));
          made_.shapes.add_point(g.lon, g.lat);
        }
      }
    }
  }
  LayerAssets& made() { return made_; }
  // Names in order, and buildings alone where there are some.
  LayerAssets end() {
    std::vector<std::uint32_t> rank(groups_.size());
    for (const auto& [text, index] : groups_) {
      rank[index] = static_cast<std::uint32_t>(made_.groups.size());
      made_.groups.push_back(text);
    }
    for (auto& g : made_.group) g = rank[g];
    made_.crossed = crossed_ > 0 && crossed_ == building_.size();
    if (std::count(building_.begin(), building_.end(), true) > 0 && std::count(building_.begin(), building_.end(), false) > 0) keep_buildings();
    return std::move(made_);
  }

 private:
  void keep_buildings() {
    std::vector<std::uint32_t> moved(made_.shapes.count, no_feature);
    std::uint32_t kept = 0;
    for (std::uint32_t a = 0; a < made_.shapes.count; ++a) {
      if (!building_[a]) continue;
      if (kept != a) {
        made_.ids[kept] = std::move(made_.ids[a]);
        made_.names[kept] = std::move(made_.names[a]);
        made_.group[kept] = made_.group[a];
        if (!made_.weight.empty()) made_.weight[kept] = made_.weight[a];
      }
      moved[a] = kept++;
    }
    made_.ids.resize(kept);
    made_.names.resize(kept);
    made_.group.resize(kept);
    if (!made_.weight.empty()) made_.weight.resize(kept);
    made_.shapes.count = kept;
    std::erase_if(made_.shapes.parts, [&](const auto& p) { return moved[p.asset] == no_feature; });
    for (auto& p : made_.shapes.parts) p.asset = moved[p.asset];
  }

  const AssetOptions& options_;
  std::optional<Filter> filter_;
  LayerAssets made_;
  std::map<std::string, std::uint32_t> groups_;  // in order of their text; the index is that of first appearance
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::vector<bool> building_;
  std::size_t crossed_ = 0;
};

Result<std::optional<Filter>> filter_of(const AssetOptions& options) {
  if (options.filter.empty()) return std::optional<Filter>();
  auto f = parse_filter(options.filter);
  if (!f) return f.error();
  return std::optional<Filter>(std::move(*f));
}

// What the whole set shows at its finest: tiles that nothing takes the place of.
Status add_leaves(const TileSet& set, const LoadContext& c, Gatherer& out, Diagnostics& diagnostics) {
  std::vector<std::uint32_t> leaves;
  for (std::uint32_t i = 0; i < set.tree.tiles.size(); ++i) {
    const auto& t = set.choice.tiles()[i];
    if (t.content && (t.add || t.children.empty())) leaves.push_back(i);
  }
  c.progress->total = leaves.size();
  constexpr std::size_t together = 32;  // tiles in memory at a time
  for (std::size_t first = 0; first < leaves.size(); first += together) {
    const auto n = std::min(together, leaves.size() - first);
    std::vector<std::optional<Result<io::CityModel>>> read(n);
    c.jobs.parallel_for(n, 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i)
        read[i] = io::read_tile(*set.source, set.tree.tiles[leaves[first + i]], set.attributes, set.mesh, c.cancel);
    });
    for (auto& tile : read) {
      ++c.progress->done;
      if (c.cancel.cancelled()) return Error{ErrorCode::cancelled, "given up", "", "", ""};
      if (!*tile) { diagnostics.fail(tile->error()); continue; }
      diagnostics.merge(std::move((*tile)->diagnostics));
      out.add(**tile, out.add((*tile)->features, true));
    }
  }
  return {};
}

}  // namespace

Result<LayerAssets> read_assets(const LoadContext& context, const AssetOptions& options, Diagnostics& diagnostics) {
  auto filter = filter_of(options);
  if (!filter) return filter.error();
  LoadContext c = context;
  c.graphics = true;  // with meshes: the shapes are taken from them
  c.outlines = true;
  c.memory = UINT64_MAX;
  auto loaded = load_layer(c);
  if (loaded.error) return *loaded.error;
  diagnostics.merge(std::move(loaded.diagnostics));
  Gatherer out(options, std::move(*filter));
  if (loaded.tiles) {
    if (auto s = add_leaves(*loaded.tiles, c, out, diagnostics); !s) return s.error();
  } else if (loaded.city) {
    diagnostics.merge(std::move(loaded.city->diagnostics));
    out.add(*loaded.city, out.add(loaded.city->features, false));
  } else if (loaded.vectors) {
    const auto& v = *loaded.vectors;
    const auto asset_of = out.add(v.features, false);
    for (const auto& part : v.parts) {
      if (asset_of[part.feature] == no_feature) continue;
      const auto shape = part.kind == io::ShapeKind::polygon ? impact::Shape::area : part.kind == io::ShapeKind::line ? impact::Shape::line : impact::Shape::point;
      out.made().shapes.add_part(asset_of[part.feature], shape, part.hole);
      for (std::uint32_t i = 0; i < part.count; ++i) out.made().shapes.add_point(v.points[part.first + i].lon, v.points[part.first + i].lat);
    }
  } else {
    return Error{ErrorCode::unsupported, "the layer has no features that could be touched", c.spec.name, "", "name a layer of buildings or vectors"};
  }
  return out.end();
}

Result<LayerAssets> assets_of(const PluginOutput& records, const AssetOptions& options) {
  auto filter = filter_of(options);
  if (!filter) return filter.error();
  if (!records.records) return Error{ErrorCode::unsupported, "the layer has no records that could be touched", "", "", "name a layer of buildings, vectors or inspections"};
  Gatherer out(options, std::move(*filter));
  const auto asset_of = out.add(*records.records, false);
  for (const auto& s : records.structures) {
    if (s.feature >= asset_of.size() || asset_of[s.feature] == no_feature) continue;
    out.made().shapes.add_part(asset_of[s.feature], impact::Shape::point);
    out.made().shapes.add_point(s.lon, s.lat);
    if (auto& name = out.made().names[asset_of[s.feature]]; name.empty()) name = s.name;
  }
  if (records.sensors)
    for (const auto& s : *records.sensors)
      if (const auto row = records.records->find(s.id); row && asset_of[*row] != no_feature) {
        out.made().shapes.add_part(asset_of[*row], impact::Shape::point);
        out.made().shapes.add_point(s.lon, s.lat);
        if (auto& name = out.made().names[asset_of[*row]]; name.empty()) name = s.name;
      }
  auto made = out.end();
  return made;
}

}  // namespace tenbo::runtime
