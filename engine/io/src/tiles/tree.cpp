// tileset.json to a tree of tiles: explicit, external and implicit ones.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <glm/geometric.hpp>
#include <set>
#include <string_view>

#include "gltf/references.h"
#include "tiles/extension_rules.h"
#include "tiles/implicit_tree.h"
#include "tiles/s2.h"
#include "tiles/subtree.h"
#include "tiles/tileset_head.h"
#include "tiles/volume.h"

namespace tenbo::io {
namespace {

using json::Node;
using namespace tiles;

constexpr double farthest = 1e10;  // m from the origin of the set; beyond the Moon
constexpr int deepest = 500;  // of tiles, through external tilesets too
std::string folder_of(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
}

class Builder {
 public:
  Builder(const TileSource& source, const TileTreeOptions& options, TileTree& tree)
      : source_(source), options_(options), tree_(tree) {}

  // The tileset's root under `parent` (no_tile: the whole tree's root).
  void read(const std::string& name, std::uint32_t parent, const glm::dmat4& transform, bool add, int nesting,
            int depth) {
    if (++tree_.tilesets > options_.max_tilesets)
      json::fail(ErrorCode::out_of_budget,
                 "there are more than " + std::to_string(options_.max_tilesets) + " external tilesets",
                 source_.label(name));
    auto bytes = source_.read(name, options_.largest_json);
    if (!bytes) throw json::Bad{bytes.error()};
    Tileset t;
    t.name = name;
    t.folder = folder_of(name);
    t.label = source_.label(name);
    t.nesting = nesting;
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (auto page = json::page_instead(text, t.label, "a tileset")) throw json::Bad{std::move(*page)};
    const json::Value value = json::parse(text, t.label);
    bytes = std::vector<std::byte>();
    const Node root(value, t.label);
    if (!root.is_object() || (!root.has("asset") && !root.has("root")))
      json::fail(ErrorCode::malformed, "is JSON, and no tileset: expected an object with \"asset\", \"geometricError\" and \"root\"", t.label, "$");
    read_head(root, t, parent == no_tile);
    open_.insert(name);
    const Node tile = root("root");
    check_extensions(source_, root, tile, t);
    read_tile(tile, t, parent, transform, add, parent == no_tile, depth);
    if (root.has("extensionsUsed") && !found_gltf_ && t.version == "1.0" && uses(t, "3DTILES_content_gltf"))
      tree_.diagnostics.warn({ErrorCode::malformed,
                              "\"extensionsUsed\" names 3DTILES_content_gltf, and no content is glTF", t.label,
                              "$.extensionsUsed", ""});
    open_.erase(name);
  }

 private:
  void read_head(const Node& root, Tileset& t, bool whole) {
    root.object();
    const Node asset = root("asset");
    const Node version = asset("version");
    t.version = version.text();
    if (t.version != "1.0" && t.version != "1.1" && t.version != "0.0")
      version.unsupported("is 3D Tiles \"" + t.version.substr(0, 20) + "\", and 1.0 and 1.1 are read");
    error_of(root);
    t.used = extension_list(root, "extensionsUsed");
    t.required = extension_list(root, "extensionsRequired");
    for (std::size_t i = 0; i < t.required.size(); ++i) {
      const Node list = root("extensionsRequired");
      const Node one = list.at(i);
      if (!uses(t, t.required[i]))
        one.bad("\"" + t.required[i].substr(0, 80) + "\" is required and not in \"extensionsUsed\"");
      if (!known_extension(t.required[i]))
        one.unsupported("requires the extension " + t.required[i].substr(0, 80) + ", which is not read");
    }
    check_content_gltf(root, t);
    if (whole) {
      tree_.version = t.version;
      tree_.extensions_used = t.used;
      read_own(asset);
    }
    for (const auto& word : t.used)
      if (!known_extension(word) && said_.insert(word).second)
        tree_.diagnostics.warn({ErrorCode::unsupported,
                                "the extension " + word.substr(0, 80) + " is not read; the tileset is shown without it",
                                t.label, "$.extensionsUsed", ""});
    if (const auto properties = root.find("properties")) properties->object();
    read_metadata(root, t, whole);
  }

  // What a bake of ours says beyond the format.
  void read_own(const Node& asset) {
    const auto extras = asset.find("extras");
    if (!extras || !extras->is_object() || extras->text("generator", "") != "Tenbo") return;
    tree_.own = true;
    const std::string said = extras->text("verticalDatum", "");
    constexpr std::string_view orthometric = "orthometric";  // ": " and its name
    if (said.starts_with(orthometric)) {
      tree_.vertical = geo::VerticalKind::orthometric;
      if (said.size() > orthometric.size() + 2) tree_.vertical_name = said.substr(orthometric.size() + 2);
    } else if (said == "unknown") {
      tree_.vertical = geo::VerticalKind::unknown;
    }
  }

  void read_metadata(const Node& root, Tileset& t, bool whole) {
    // 1.0 has the same under an extension.
    const auto extensions = root.find("extensions");
    const auto early = extensions ? extensions->find("3DTILES_metadata") : std::nullopt;
    const Node& at = early ? *early : root;
    if (const auto schema = at.find("schema")) {
      t.schema = read_schema(*schema);
    } else if (const auto uri = at.find("schemaUri")) {
      auto bytes = fetch_from_source(source_, t.name)(uri->text(), std::uint64_t{64} << 20);
      if (!bytes) {
        Error e = bytes.error();
        e.place = uri->path();
        throw json::Bad{std::move(e)};
      }
      const std::string label = t.folder + uri->text();
      const json::Value value = json::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, label);
      const Node node(value, label);
      t.schema = read_schema(node);
    }
    if (const auto metadata = at.find(early ? "tileset" : "metadata"); metadata && whole) {
      const auto values = entity(*metadata, t, "tileset/");
      tree_.attributes = *values;
    }
    if (const auto groups = at.find("groups"); groups && groups->is_array())
      for (std::size_t i = 0; i < groups->size(); ++i) {
        const Node group = groups->at(i);
        t.groups.push_back(entity(group, t, "group/"));
      }
  }

  std::shared_ptr<const TileAttributes> entity(const Node& node, const Tileset& t, const char* prefix) {
    auto out = std::make_shared<TileAttributes>();
    if (!t.schema) node.bad("there is metadata and no \"schema\"");
    for (auto& [name, value] : read_entity(node, *t.schema)) out->emplace_back(prefix + name, std::move(value));
    return out;
  }

  double error_of(const Node& node) {
    const Node error = node("geometricError");
    const double v = error.number();
    if (v < 0) error.bad("found " + std::to_string(v) + ", expected 0 or more");
    return v;
  }

  std::uint32_t add_tile(Tile tile, std::uint32_t parent, const Node& at) {
    if (tree_.tiles.size() >= options_.max_tiles) {
      json::fail(ErrorCode::out_of_budget, "there are more than " + std::to_string(options_.max_tiles) + " tiles",
                 at.file(), at.path());
    }
    const auto index = static_cast<std::uint32_t>(tree_.tiles.size());
    tile.parent = parent;
    tree_.tiles.push_back(std::move(tile));
    if (parent != no_tile) tree_.tiles[parent].children.push_back(index);
    return index;
  }

  void read_tile(const Node& node, const Tileset& t, std::uint32_t parent, const glm::dmat4& above, bool add,
                 bool whole_root, int depth) {
    node.object();
    if (depth > deepest) node.bad("the tiles are nested more than " + std::to_string(deepest) + " deep");
    Tile tile;
    tile.transform = above;
    if (const auto transform = node.find("transform")) {
      tile.transform = above * tiles::read_transform(*transform);
      if (const double away = glm::length(glm::dvec3(tile.transform[3])); !(away < farthest))
        transform->bad("puts the tile " + (std::isfinite(away) ? std::to_string(static_cast<std::int64_t>(std::min(away / 1000, 9e15))) + " km" : std::string("infinitely far")) + " away", "are the numbers column by column, in metres?");
    }
    const Node volume = node("boundingVolume");
    const TileVolume own = tiles::read_volume(volume);
    tile.volume = tiles::transformed(own, tile.transform);
    if (const auto request = node.find("viewerRequestVolume"))
      tile.viewer_request = tiles::transformed(tiles::read_volume(*request), tile.transform);
    tile.geometric_error = error_of(node);
    tile.add = add;
    if (const auto refine = node.find("refine")) {
      std::string word = refine->text();
      std::transform(word.begin(), word.end(), word.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      if (word != "ADD" && word != "REPLACE")
        refine->bad("found \"" + refine->text().substr(0, 40) + "\", expected ADD or REPLACE");
      if (word != refine->text())
        tree_.diagnostics.warn({ErrorCode::malformed, "\"refine\" is in lower case", t.label, refine->path(), ""});
      tile.add = word == "ADD";
    } else if (whole_root) {
      if (said_.insert("refine " + t.name).second && depth == 0)
        tree_.diagnostics.warn(
            {ErrorCode::malformed, "the root tile says no \"refine\"; REPLACE is taken", t.label, node.path(), ""});
    }
    const auto extensions = node.find("extensions");
    for (const char* name : {"MAXAR_grid", "VRICON_grid"})
      if (const auto grid = extensions ? extensions->find(name) : std::nullopt) tiles::check_grid_tile(*grid, t.grid_type);
    if (const auto metadata = node.find("metadata")) tile.attributes = entity(*metadata, t, "tile/");
    const auto inner = node.find("implicitTiling");
    const auto early = extensions ? extensions->find("3DTILES_implicit_tiling") : std::nullopt;
    const bool refine_add = tile.add;

    std::vector<std::optional<Node>> contents;
    const auto one = node.find("content"), several = node.find("contents");
    const auto early_several = extensions ? extensions->find("3DTILES_multiple_contents") : std::nullopt;
    if (one && several) node.bad("has both \"content\" and \"contents\"");
    if (one) contents.push_back(one);
    if (several)
      for (std::size_t i = 0; i < several->array(1).size(); ++i) contents.emplace_back((*several).at(i));
    std::optional<Node> early_list;
    if (early_several) {
      early_list = early_several->find("contents");
      if (!early_list) early_list = early_several->find("content");
      if (!early_list) early_several->bad("\"contents\" is missing");
      for (std::size_t i = 0; i < early_list->size(); ++i) contents.emplace_back((*early_list).at(i));
    }

    if (inner || early) {
      if (const auto children = node.find("children"); children && children->size() > 0)
        children->bad("an implicit tile may not have \"children\"");
      const glm::dmat4 transform = tile.transform;
      const auto error = tile.geometric_error;
      Tile holder = std::move(tile);
      const auto index = add_tile(std::move(holder), parent, node);
      read_implicit(inner ? *inner : *early, contents, own, t, index, transform, error, refine_add);
      return;
    }
    std::vector<std::pair<std::string, std::string>> external;  // name, place
    for (const auto& content : contents) read_content(*content, t, tile, external);
    const glm::dmat4 transform = tile.transform;
    const auto index = add_tile(std::move(tile), parent, node);
    for (const auto& [name, place] : external) read_external(name, t, index, transform, refine_add, place, depth + 1);
    const auto children = node.find("children");
    for (std::size_t i = 0; children && i < children->size(); ++i) {
      const Node child = children->at(i);
      read_tile(child, t, index, transform, refine_add, false, depth + 1);
    }
  }

  void read_external(const std::string& name, const Tileset& t, std::uint32_t index, const glm::dmat4& transform,
                     bool add, const std::string& place, int depth) {
    if (open_.contains(name))
      json::fail(ErrorCode::malformed, "the tileset " + name + " contains itself", t.label, place);
    if (t.nesting + 1 > options_.max_nesting)
      json::fail(ErrorCode::out_of_budget,
                 "external tilesets are nested more than " + std::to_string(options_.max_nesting) + " deep", t.label,
                 place);
    try {
      read(name, index, transform, add, t.nesting + 1, depth);
    } catch (const json::Bad& bad) {  // one that is not there or broken costs itself
      if (bad.error.code == ErrorCode::out_of_budget) throw;
      open_.erase(name);
      tree_.diagnostics.fail(bad.error);
    }
  }

  // By the end of a name, or of what stands before a query.
  static bool ends(const std::string& name, const char* extension) {
    return name.ends_with(extension) || name.substr(0, name.find('?')).ends_with(extension);
  }
  static bool names_tileset(const std::string& name) { return ends(name, ".json") || ends(name, ".JSON"); }

  void read_content(const Node& content, const Tileset& t, Tile& tile,
                    std::vector<std::pair<std::string, std::string>>& external) {
    content.object();
    const bool old = !content.has("uri") && content.has("url");
    const Node uri = content(old ? "url" : "uri");
    auto name = source_.resolve(t.name, uri.text());
    if (!name) uri.bad(name.error().message, name.error().remedy);
    if (const auto volume = content.find("boundingVolume")) (void)tiles::read_volume(*volume);
    auto attributes = content_attributes(content, t);
    if (names_tileset(*name)) {
      external.emplace_back(*name, uri.path());
      return;
    }
    if (ends(*name, ".geojson") && !uses(t, "MAXAR_content_geojson"))
      uri.bad("is GeoJSON, and MAXAR_content_geojson is not in \"extensionsUsed\" and \"extensionsRequired\"");
    if (ends(*name, ".gltf") || ends(*name, ".glb")) {
      found_gltf_ = true;
      if (t.version == "1.0" &&
          (!uses(t, "3DTILES_content_gltf") ||
           std::find(t.required.begin(), t.required.end(), "3DTILES_content_gltf") == t.required.end()) &&
          said_.insert("gltf in 1.0").second)
        tree_.diagnostics.warn({ErrorCode::malformed,
                                "glTF content in 3D Tiles 1.0 without 3DTILES_content_gltf in \"extensionsUsed\" and "
                                "\"extensionsRequired\"",
                                t.label, uri.path(), ""});
    }
    tile.contents.push_back({std::move(*name), std::move(attributes)});
  }

  std::shared_ptr<const TileAttributes> content_attributes(const Node& content, const Tileset& t) {
    std::shared_ptr<const TileAttributes> attributes;
    if (const auto metadata = content.find("metadata")) attributes = entity(*metadata, t, "content/");
    const auto group = content.find("group");
    if (!group) return attributes;
    const auto& of_group = t.groups[group->index_in(t.groups.size(), "group")];
    if (!attributes) return of_group;
    auto both = std::make_shared<TileAttributes>(*attributes);
    both->insert(both->end(), of_group->begin(), of_group->end());
    return both;
  }

  void read_implicit(const Node& node, const std::vector<std::optional<Node>>& contents, const TileVolume& volume,
                     const Tileset& t, std::uint32_t index, const glm::dmat4& transform, double error, bool add) {
    node.object();
    if (std::holds_alternative<TileSphere>(volume))
      node.bad("a sphere cannot be subdivided", "implicit tiling needs a box or a region");
    tiles::ImplicitRoot root{t.name, t.label, t.schema, {}, volume, transform, error, add, {}, node.path()};
    const Node scheme = node("subdivisionScheme");
    if (scheme.text() != "QUADTREE" && scheme.text() != "OCTREE")
      scheme.bad("found \"" + scheme.text().substr(0, 40) + "\", expected QUADTREE or OCTREE");
    root.implicit.octree = scheme.text() == "OCTREE";
    const Node subtree_levels = node("subtreeLevels");
    root.implicit.subtree_levels = static_cast<int>(subtree_levels.integer(1, root.implicit.octree ? 9 : 14));
    const Node levels = node(node.has("availableLevels") ? "availableLevels" : "maximumLevel");
    root.implicit.levels = static_cast<int>(levels.integer(node.has("availableLevels") ? 1 : 0, 30)) +
                           (node.has("availableLevels") ? 0 : 1);
    if (const auto* s2 = std::get_if<TileS2>(&volume); s2 && tiles::s2_cell(s2->cell).level + root.implicit.levels - 1 > tiles::deepest_s2)
      levels.bad("leads beyond level 30, where S2 cells end");
    const Node subtrees = node("subtrees");
    root.implicit.subtree_template = subtrees.text("uri");
    for (const auto& content : contents) {
      root.implicit.content_templates.push_back((*content).text("uri"));
      root.content_attributes.push_back(content_attributes(*content, t));
    }
    tiles::expand_implicit(source_, options_, root, index, tree_);
  }

  const TileSource& source_;
  const TileTreeOptions& options_;
  TileTree& tree_;
  std::set<std::string> open_;  // tilesets between the root and here
  std::set<std::string> said_;
  bool found_gltf_ = false;
};

}  // namespace

Result<TileTree> read_tile_tree(const TileSource& source, const std::string& entry, const TileTreeOptions& options) {
  try {
    TileTree tree;
    Builder(source, options, tree).read(entry, no_tile, glm::dmat4(1), false, 0, 0);
    const auto sphere = sphere_around(tree.tiles.front().volume);
    tree.on_earth = std::holds_alternative<TileRegion>(tree.tiles.front().volume) ||
                    std::holds_alternative<TileS2>(tree.tiles.front().volume) ||
                    glm::length(sphere.centre) + sphere.radius > 6'200'000.0;
    return tree;
  } catch (const json::Bad& bad) { return bad.error; } catch (const std::exception& e) {
    return Error{ErrorCode::internal, e.what(), source.label(entry), "", ""};
  }
}

}  // namespace tenbo::io
