#pragma once
// How surfaces look: which picture with which coordinates on which ring, which colour on which surface.
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "notes.h"
#include "tenbo/base/image.h"
#include "tenbo/base/inside.h"
#include "texture_map.h"
#include "xml.h"

namespace tenbo::io::city {

// Pictures of a data set, each looked up once. Thread-safe.
class TextureTable {
 public:
  struct Item {
    std::filesystem::path path;
    bool repeat = false;
    std::string missing;  // why it cannot be used; empty: it can
    std::string uri, dir;
  };
  explicit TextureTable(std::filesystem::path root) : folder_(std::move(root)) {}
  // An id for the picture, missing or not.
  std::int32_t get(const std::filesystem::path& dir, std::string_view uri, bool repeat);
  const Item& operator[](std::int32_t id);
  bool usable(std::int32_t id) { return (*this)[id].missing.empty(); }
  std::vector<const Item*> missing();  // by name

 private:
  InsideFolder folder_;
  std::mutex mutex_;
  std::map<std::string, std::int32_t> by_key_;
  std::vector<std::unique_ptr<Item>> items_;
};

// Keys are views into the file's text. What came first stays: the first theme wins.
struct Appearance {
  struct Texture { std::int32_t texture; std::string_view coordinates; };
  std::unordered_map<std::string_view, Texture> rings;     // by the ring's gml:id
  std::unordered_map<std::string_view, Texture> polygons;  // by the surface's, where no ring was named
  std::unordered_map<std::string_view, TextureMap> maps;   // by the surface's; coordinates by formula, where none are listed
  std::unordered_map<std::string_view, Rgba8> colours;     // by the surface's; X3DMaterial
  bool has_textures() const { return !rings.empty() || !polygons.empty() || !maps.empty(); }
  bool empty() const { return !has_textures() && colours.empty(); }
  void clear() { rings.clear(); polygons.clear(); maps.clear(); colours.clear(); }
  void merge(Appearance&& later);
};

// Call after `start` of app:Appearance or any element around it; returns after its end. false: the XML is broken.
bool parse_appearance(XmlCursor& xml, TextureTable& textures, const std::filesystem::path& dir, Appearance& out, Notes& notes);

}  // namespace tenbo::io::city
