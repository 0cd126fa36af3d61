// tileset.json to a tree of tiles: explicit, external and implicit ones.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <glm/geometric.hpp>
#include <glm/gtc/type_ptr.hpp>
#include <set>

#include "gltf/references.h"
#include "tiles/extension_rules.h"
#include "tiles/s2.h"
#include "tiles/subtree.h"
#include "tiles/volume.h"

namespace tenbo::io {
namespace {

using json::Node;
using tiles::Implicit;

constexpr int deepest = 500;  // of tiles, through external tilesets too
constexpr std::uint64_t largest_json = std::uint64_t{512} << 20;
constexpr std::array read_extensions{
    "3DTILES_content_gltf",       "3DTILES_implicit_tiling",       "3DTILES_multiple_contents",      "3DTILES_metadata",
    "3DTILES_bounding_volume_S2", "3DTILES_batch_table_hierarchy", "3DTILES_draco_point_compression",
    "MAXAR_content_geojson"};
// What they say changes no picture; it is checked, so that a broken set does not pass as a good one.
constexpr std::array checked_extensions{"NGA_gpm", "MAXAR_grid", "VRICON_grid", "MAXAR_extent", "VRICON_class"};

bool known_extension(std::string_view word) {
  return std::find(read_extensions.begin(), read_extensions.end(), word) != read_extensions.end() ||
         std::find(checked_extensions.begin(), checked_extensions.end(), word) != checked_extensions.end();
}

std::string folder_of(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
}

// One tileset.json while it is read.
struct Tileset {
  std::string name, folder, label;
  std::string version;
  std::vector<std::string> used, required;
  std::shared_ptr<const MetadataSchema> schema;
  std::vector<std::shared_ptr<const TileAttributes>> groups;
  std::string grid_type;  // of MAXAR_grid; empty: none
  int nesting = 0;
};

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
    auto bytes = source_.read(name, largest_json);
    if (!bytes) throw json::Bad{bytes.error()};
    Tileset t;
    t.name = name;
    t.folder = folder_of(name);
    t.label = source_.label(name);
    t.nesting = nesting;
    const json::Value value = json::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, t.label);
    bytes = std::vector<std::byte>();
    const Node root(value, t.label);
    read_head(root, t, parent == no_tile);
    open_.insert(name);
    const Node tile = root("root");
    check_extensions(root, tile, t);
    read_tile(tile, t, parent, transform, add, parent == no_tile, depth);
    if (root.has("extensionsUsed") && !found_gltf_ && t.version == "1.0" && uses(t, "3DTILES_content_gltf"))
      tree_.diagnostics.warn({ErrorCode::malformed,
                              "\"extensionsUsed\" names 3DTILES_content_gltf, and no content is glTF", t.label,
                              "$.extensionsUsed", ""});
    open_.erase(name);
  }

 private:
  static bool uses(const Tileset& t, std::string_view word) {
    return std::find(t.used.begin(), t.used.end(), word) != t.used.end();
  }

  std::vector<std::string> extension_list(const Node& root, const char* key) {
    std::vector<std::string> out;
    const auto list = root.find(key);
    if (!list) return out;
    list->array(1);
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Node one = list->at(i);
      if (std::find(out.begin(), out.end(), one.text()) != out.end())
        one.bad("\"" + one.text().substr(0, 80) + "\" stands there twice");
      out.push_back(one.text());
    }
    return out;
  }

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
    }
    for (const auto& word : t.used)
      if (!known_extension(word) && said_.insert(word).second)
        tree_.diagnostics.warn({ErrorCode::unsupported,
                                "the extension " + word.substr(0, 80) + " is not read; the tileset is shown without it",
                                t.label, "$.extensionsUsed", ""});
    if (const auto properties = root.find("properties")) properties->object();
    read_metadata(root, t, whole);
  }

  // What 3D Tiles 1.0 says of glTF as content: which extensions the glTF files have, in the tileset's own extension
  // object.
  void check_content_gltf(const Node& root, const Tileset& t) {
    if (t.version == "1.0" && uses(t, "3DTILES_content_gltf") &&
        std::find(t.required.begin(), t.required.end(), "3DTILES_content_gltf") == t.required.end()) {
      const Node list = root("extensionsUsed");
      list.bad("3DTILES_content_gltf is used and not in \"extensionsRequired\", where 3D Tiles 1.0 wants it");
    }
    const auto extensions = root.find("extensions");
    const auto gltf = extensions ? extensions->find("3DTILES_content_gltf") : std::nullopt;
    if (!gltf) return;
    const auto used = extension_list(*gltf, "extensionsUsed"), required = extension_list(*gltf, "extensionsRequired");
    for (const auto& word : required)
      if (std::find(used.begin(), used.end(), word) == used.end()) {
        const Node list = (*gltf)("extensionsRequired");
        list.bad("\"" + word.substr(0, 80) + "\" is required and not in \"extensionsUsed\"");
      }
  }

  // Those whose rules are checked, where they stand in the tileset; before any tile is read.
  void check_extensions(const Node& root, const Node& tile, Tileset& t) {
    check_geojson(root, t);
    const auto extensions = root.find("extensions");
    if (!extensions) return;
    std::size_t contents = tile.is_object() && tile.has("content") ? 1 : 0;
    if (const auto several = tile.find("contents"); several && several->is_array()) contents = several->size();
    if (const auto gpm = extensions->find("NGA_gpm")) tiles::check_gpm(*gpm, contents);
    for (const char* name : {"MAXAR_grid", "VRICON_grid"})
      if (const auto grid = extensions->find(name)) t.grid_type = tiles::check_grid(*grid);
    if (const auto classes = extensions->find("VRICON_class")) tiles::check_class(*classes);
    if (const auto extent = extensions->find("MAXAR_extent")) {
      const Node volume = tile("boundingVolume");
      TileVolume own = tiles::read_volume(volume);
      if (const auto transform = tile.find("transform")) {
        const auto v = transform->numbers(16, 16);
        own = tiles::transformed(own, glm::make_mat4(v.data()));
      }
      tiles::check_extent(*extent, source_, t.name, own);
    }
  }

  // MAXAR_content_geojson: wanted in both lists, and schemas of the metadata entities that name one.
  void check_geojson(const Node& root, const Tileset& t) {
    if (uses(t, "MAXAR_content_geojson") && std::find(t.required.begin(), t.required.end(), "MAXAR_content_geojson") == t.required.end()) {
      const Node list = root("extensionsUsed");
      list.bad("MAXAR_content_geojson is used and not in \"extensionsRequired\", where it has to be");
    }
    const auto entity = [&](const Node& node) {
      const auto extensions = node.find("extensions");
      if (const auto geojson = extensions ? extensions->find("MAXAR_content_geojson") : std::nullopt)
        tiles::check_geojson_schema(*geojson, source_, t.name);
    };
    if (const auto metadata = root.find("metadata")) entity(*metadata);
    if (const auto groups = root.find("groups"); groups && groups->is_array())
      for (std::size_t i = 0; i < groups->size(); ++i) {
        const Node group = groups->at(i);
        entity(group);
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
      const auto v = transform->numbers(16, 16);
      tile.transform = above * glm::make_mat4(v.data());
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

  // --- implicit tiling

  struct Root {
    const Tileset& t;
    Implicit implicit;
    TileVolume volume;  // in the tile's own space
    glm::dmat4 transform;
    double error;
    bool add;
    std::vector<std::shared_ptr<const TileAttributes>> content_attributes;
    std::string place;
  };

  void read_implicit(const Node& node, const std::vector<std::optional<Node>>& contents, const TileVolume& volume,
                     const Tileset& t, std::uint32_t index, const glm::dmat4& transform, double error, bool add) {
    node.object();
    if (std::holds_alternative<TileSphere>(volume))
      node.bad("a sphere cannot be subdivided", "implicit tiling needs a box or a region");
    Root root{t, {}, volume, transform, error, add, {}, node.path()};
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
    expand(root, index, 0, 0, 0, 0);
  }

  static std::string filled(std::string text, int level, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    for (const auto& [key, value] :
         {std::pair<const char*, std::uint32_t>{"{level}", static_cast<std::uint32_t>(level)},
          {"{x}", x},
          {"{y}", y},
          {"{z}", z}})
      for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at))
        text.replace(at, std::string_view(key).size(), std::to_string(value));
    return text;
  }

  // The subtree whose root is `index`, at a level and place of the whole implicit tree.
  void expand(const Root& root, std::uint32_t index, int level, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    const auto& implicit = root.implicit;
    const std::string reference = filled(implicit.subtree_template, level, x, y, z);
    auto name = source_.resolve(root.t.name, reference);
    const auto fail = [&](Error e) {
      if (e.file.empty()) e.file = root.t.label;
      if (e.place.empty()) e.place = root.place;
      throw json::Bad{std::move(e)};
    };
    if (!name) fail(name.error());
    tiles::Subtree subtree;
    try {
      auto bytes = source_.read(*name, std::uint64_t{256} << 20);
      if (!bytes) throw json::Bad{bytes.error()};
      subtree =
          tiles::read_subtree(*bytes, source_.label(*name), fetch_from_source(source_, *name), implicit, root.t.schema);
    } catch (const json::Bad& bad) {
      if (level == 0 || bad.error.code == ErrorCode::out_of_budget) throw;
      tree_.diagnostics.fail(bad.error);
      return;
    }
    if (!subtree.tiles[0]) {
      if (level == 0) return;
      tree_.diagnostics.fail({ErrorCode::malformed, "the subtree's root tile is not available", source_.label(*name),
                              "$.tileAvailability", ""});
      return;
    }
    // Tiles level by level in Morton order; `of` maps a place in the level to its tile.
    std::vector<std::uint32_t> of{index};
    std::uint64_t available = 0;
    std::vector<std::uint64_t> content_rows(subtree.contents.size(), 0);
    for (int l = 0; l < implicit.subtree_levels && level + l < implicit.levels; ++l) {
      const std::uint64_t first = tiles::tiles_above(implicit, l), count = tiles::tiles_at(implicit, l);
      std::vector<std::uint32_t> here(static_cast<std::size_t>(count), no_tile);
      for (std::uint64_t m = 0; m < count; ++m) {
        if (!subtree.tiles[first + m]) continue;
        const auto place = unmorton(m, l, implicit.octree);
        const std::uint32_t tx = (x << l) + place[0], ty = (y << l) + place[1],
                            tz = implicit.octree ? (z << l) + place[2] : 0;
        std::uint32_t tile_index = index;
        if (l > 0) {
          const std::uint32_t parent = of[static_cast<std::size_t>(m >> (implicit.octree ? 3 : 2))];
          if (parent == no_tile)
            json::fail(
                ErrorCode::malformed,
                "tile " + std::to_string(m) + " of level " + std::to_string(l) + " is available, and its parent is not",
                source_.label(*name), "$.tileAvailability");
          tile_index = add_implicit(root, parent, level + l, tx, ty, tz);
        }
        here[static_cast<std::size_t>(m)] = tile_index;
        Tile& tile = tree_.tiles[tile_index];
        if (!subtree.attributes.empty()) {
          auto with = tile.attributes ? std::make_shared<TileAttributes>(*tile.attributes) : std::make_shared<TileAttributes>();
          with->insert(with->end(), subtree.attributes.begin(), subtree.attributes.end());
          tile.attributes = std::move(with);
        }
        if (subtree.tile_properties) {
          if (available >= subtree.tile_properties->rows())
            json::fail(ErrorCode::malformed, "there are more tiles available than the " + std::to_string(subtree.tile_properties->rows()) + " rows of their metadata",
                       source_.label(*name), "$.tileMetadata");
          tile.attributes = row_attributes(*subtree.tile_properties, available, "tile/", tile.attributes.get());
          tiles::apply_semantics(*subtree.tile_properties, available, subtree.tile_semantics, source_.label(*name), tile);
        }
        ++available;
        for (std::size_t c = 0; c < subtree.contents.size() && c < implicit.content_templates.size(); ++c) {
          if (!subtree.contents[c][first + m]) continue;
          auto content = source_.resolve(root.t.name, filled(implicit.content_templates[c], level + l, tx, ty, tz));
          if (!content) fail(content.error());
          auto attributes = root.content_attributes[c];
          if (c < subtree.content_properties.size() && content_rows[c] >= subtree.content_properties[c]->rows())
            json::fail(ErrorCode::malformed, "there are more contents available than the " + std::to_string(subtree.content_properties[c]->rows()) + " rows of their metadata",
                       source_.label(*name), "$.contentMetadata[" + std::to_string(c) + "]");
          if (c < subtree.content_properties.size())
            attributes = row_attributes(*subtree.content_properties[c], content_rows[c], "content/", attributes.get());
          ++content_rows[c];
          tile.contents.push_back({std::move(*content), std::move(attributes)});
        }
      }
      of = std::move(here);
    }
    const int below = level + implicit.subtree_levels;
    if (below >= implicit.levels) return;
    for (std::uint64_t m = 0; m < tiles::tiles_at(implicit, implicit.subtree_levels); ++m) {
      if (!subtree.children[m]) continue;
      const auto place = unmorton(m, implicit.subtree_levels, implicit.octree);
      const std::uint32_t parent = of[static_cast<std::size_t>(m >> (implicit.octree ? 3 : 2))];
      if (parent == no_tile)
        json::fail(ErrorCode::malformed,
                   "child subtree " + std::to_string(m) + " is available, and its parent tile is not",
                   source_.label(*name), "$.childSubtreeAvailability");
      const std::uint32_t cx = (x << implicit.subtree_levels) + place[0],
                          cy = (y << implicit.subtree_levels) + place[1],
                          cz = implicit.octree ? (z << implicit.subtree_levels) + place[2] : 0;
      const auto child = add_implicit(root, parent, below, cx, cy, cz);
      expand(root, child, below, cx, cy, cz);
    }
  }

  static std::shared_ptr<const TileAttributes> row_attributes(const PropertyRows& rows, std::uint64_t row,
                                                              const char* prefix, const TileAttributes* more) {
    auto out = more ? std::make_shared<TileAttributes>(*more) : std::make_shared<TileAttributes>();
    rows.visit(row, [&](std::string_view name, const PropertyValue& value) {
      out->emplace_back(prefix + std::string(name), value);
    });
    return out;
  }

  std::uint32_t add_implicit(const Root& root, std::uint32_t parent, int level, std::uint32_t x, std::uint32_t y,
                             std::uint32_t z) {
    Tile tile;
    tile.volume =
        tiles::transformed(tiles::subdivided(root.volume, level, x, y, z, root.implicit.octree), root.transform);
    tile.transform = root.transform;
    tile.geometric_error = root.error / std::ldexp(1.0, level);
    tile.add = root.add;
    if (tree_.tiles.size() >= options_.max_tiles)
      json::fail(ErrorCode::out_of_budget, "there are more than " + std::to_string(options_.max_tiles) + " tiles",
                 root.t.label, root.place);
    const auto index = static_cast<std::uint32_t>(tree_.tiles.size());
    tile.parent = parent;
    tree_.tiles.push_back(std::move(tile));
    tree_.tiles[parent].children.push_back(index);
    return index;
  }

  static std::array<std::uint32_t, 3> unmorton(std::uint64_t m, int level, bool octree) {
    std::array<std::uint32_t, 3> out{0, 0, 0};
    const int dims = octree ? 3 : 2;
    for (int l = 0; l < level; ++l)
      for (int d = 0; d < dims; ++d)
        out[static_cast<std::size_t>(d)] |= static_cast<std::uint32_t>(m >> (l * dims + d) & 1) << l;
    return out;
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
