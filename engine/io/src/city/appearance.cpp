#include "appearance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "numbers.h"
#include "tenbo/base/file.h"

namespace tenbo::io::city {

std::int32_t TextureTable::get(const std::filesystem::path& dir, std::string_view uri, bool repeat) {
  const std::lock_guard lock(mutex_);
  std::string key = dir.string() + '\n' + std::string(uri) + (repeat ? "\n1" : "\n0");
  if (const auto found = by_key_.find(key); found != by_key_.end()) return found->second;
  auto item = std::make_unique<Item>();
  item->uri = uri;
  item->dir = dir.string();
  item->repeat = repeat;
  if (folder_.root().empty()) item->missing = "there is no folder to look for it in";
  else if (auto path = folder_.resolve(dir, uri); !path) item->missing = path.error().message;
  else if (const auto stamp = file_stamp(*path); !stamp.exists || stamp.size == 0) item->missing = "no such file";
  else item->path = std::move(*path);
  const auto id = static_cast<std::int32_t>(items_.size());
  items_.push_back(std::move(item));
  by_key_.emplace(std::move(key), id);
  return id;
}

const TextureTable::Item& TextureTable::operator[](std::int32_t id) {
  const std::lock_guard lock(mutex_);
  return *items_[static_cast<std::size_t>(id)];
}

std::vector<const TextureTable::Item*> TextureTable::missing() {
  const std::lock_guard lock(mutex_);
  std::vector<const Item*> out;
  for (const auto& [key, id] : by_key_)
    if (!items_[static_cast<std::size_t>(id)]->missing.empty()) out.push_back(items_[static_cast<std::size_t>(id)].get());
  return out;
}

void Appearance::merge(Appearance&& later) {
  if (rings.empty()) rings = std::move(later.rings);
  else rings.merge(later.rings);
  if (polygons.empty()) polygons = std::move(later.polygons);
  else polygons.merge(later.polygons);
  if (maps.empty()) maps = std::move(later.maps);
  else maps.merge(later.maps);
  if (colours.empty()) colours = std::move(later.colours);
  else colours.merge(later.colours);
}

namespace {
std::string_view fragment(std::string_view uri) {
  uri = trim(uri);
  if (uri.starts_with('#')) uri.remove_prefix(1);
  return uri;
}

// How many of `count` numbers stand in `text` before anything else.
int read_numbers(std::string_view text, double* out, int count) {
  const char* p = text.data();
  const char* const end = p + text.size();
  for (int i = 0; i < count; ++i) {
    while (p < end && is_space(*p)) ++p;
    if (p >= end || !read_number(p, end, out[i]) || !std::isfinite(out[i])) return i;
  }
  return count;
}

// What a GeoreferencedTexture says of its picture's place, all in the order of the CRS's axes.
struct Georeference {
  bool prefer_world_file = true;
  std::string_view srs_name;
  double point[2] = {0, 0};              // the centre of the upper left pixel
  double orientation[4] = {0, 0, 0, 0};  // pixels to the world, row by row
  bool has_point = false, has_orientation = false;
};

// `at`: of the GeoreferencedTexture.
bool georeferenced_map(const Georeference& said, std::int32_t texture, TextureTable& textures, const char* at, TextureMap& out, Notes& notes) {
  out.texture = texture;
  if (!textures.usable(texture)) return true;  // which is told when all is read
  const TextureTable::Item& item = textures[texture];
  auto picture = picture_place(item.path, said.prefer_world_file);
  if (!picture) {
    notes.warn(at, "the picture of a GeoreferencedTexture is not drawn: " + picture.error().text(), {}, picture.error().code);
    return false;
  }
  out.easting_first = true;
  if (said.has_point && said.has_orientation) {  // which goes before all else
    const double* const o = said.orientation;
    picture->place = {said.point[0] - (o[0] + o[1]) / 2, o[0], o[1], said.point[1] - (o[2] + o[3]) / 2, o[2], o[3]};
    picture->placed = true;
    out.easting_first = false;
    out.srs_name = said.srs_name;
  }
  if (!picture->placed) {
    notes.warn(at, "a GeoreferencedTexture is not drawn: \"" + item.uri + "\" has no place in the world",
               "give it a referencePoint and an orientation, or put a world file beside the picture", ErrorCode::not_found);
    return false;
  }
  if (map_of_place(*picture, out.matrix)) return true;
  notes.warn(at, "a GeoreferencedTexture is not drawn: the place of \"" + item.uri + "\" has no extent", "check its orientation or its world file");
  return false;
}
}  // namespace

bool parse_appearance(XmlCursor& xml, TextureTable& textures, const std::filesystem::path& dir, Appearance& out, Notes& notes) {
  const std::size_t outside = xml.depth() - 1;
  enum class Data { none, texture, material, georeferenced } data = Data::none;
  std::size_t data_depth = 0;
  const char* data_at = nullptr;
  std::string uri;
  bool repeat = false, front = true;
  double rgb[3] = {0.8, 0.8, 0.8}, transparency = 0;
  std::string_view target, text;
  struct Use { std::string_view ring, target, coordinates; };
  std::vector<Use> uses;
  struct Generated { std::string_view target, srs_name; std::array<double, 12> matrix; };
  std::vector<Generated> generated;  // TexCoordGen
  Georeference georeference;
  std::string_view srs_name;
  std::size_t list_begin = 0, next_ring = 0;  // CityGML 3: coordinates first, then their rings in the same order
  std::vector<std::string_view> targets;
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start: {
        const XmlTag& tag = xml.tag();
        const auto local = tag.local();
        text = {};
        if (local == "ParameterizedTexture" || local == "X3DMaterial" || local == "GeoreferencedTexture") {
          data = local[0] == 'P' ? Data::texture : local[0] == 'X' ? Data::material : Data::georeferenced;
          data_at = tag.at;
          data_depth = xml.depth();
          uri.clear();
          repeat = false;
          front = true;
          rgb[0] = rgb[1] = rgb[2] = 0.8;
          transparency = 0;
          target = {};
          uses.clear();
          generated.clear();
          targets.clear();
          georeference = {};
        } else if (local == "target") {
          target = fragment(tag.attribute_local("uri"));
        } else if (local == "TexCoordList") {
          list_begin = next_ring = uses.size();
        } else if (local == "TextureAssociation") {
          target = {};
        } else if (local == "worldToTexture") {
          srs_name = tag.attribute_local("srsName");
        } else if (local == "Point" || local == "pos") {
          if (const auto srs = tag.attribute_local("srsName"); !srs.empty()) georeference.srs_name = srs;
        } else if (local == "textureCoordinates") {
          uses.push_back({fragment(tag.attribute_local("ring")), target, {}});
        }
        break;
      }
      case XmlEvent::text:
        text = trim(xml.text());
        break;
      case XmlEvent::end: {
        const auto local = local_name(xml.end_name());
        if (data != Data::none) {
          if (local == "imageURI") {
            bool unknown = false;
            uri = decode_entities(text, unknown);
          } else if (local == "wrapMode") {
            repeat = text == "wrap" || text == "mirror";
          } else if (local == "isFront") {
            front = text != "false" && text != "0";
          } else if (local == "diffuseColor") {
            read_numbers(text, rgb, 3);
          } else if (local == "transparency") {
            transparency = 0;
            read_numbers(text, &transparency, 1);
          } else if (local == "textureCoordinates") {
            if (!uses.empty()) uses.back().coordinates = text;
          } else if (local == "worldToTexture") {
            Generated& made = generated.emplace_back(Generated{target, srs_name, {}});
            if (read_numbers(text, made.matrix.data(), 12) != 12) {
              generated.pop_back();
              notes.warn(data_at, "a worldToTexture matrix is not 12 numbers; its surfaces keep their colour");
            }
          } else if (local == "preferWorldFile") {
            georeference.prefer_world_file = text != "false" && text != "0";
          } else if (local == "pos" || local == "coordinates") {
            std::string plain(text);  // GML 2 has commas between
            std::replace(plain.begin(), plain.end(), ',', ' ');
            georeference.has_point = read_numbers(plain, georeference.point, 2) == 2;
          } else if (local == "orientation") {
            georeference.has_orientation = read_numbers(text, georeference.orientation, 4) == 4;
          } else if (local == "ring") {
            if (next_ring < uses.size() && next_ring >= list_begin) uses[next_ring++].ring = fragment(text);
          } else if (local == "target") {
            if (target.empty()) target = fragment(text);
            if (!target.empty()) targets.push_back(target);
            for (std::size_t i = list_begin; i < uses.size(); ++i)
              if (uses[i].target.empty()) uses[i].target = target;
            if (!generated.empty() && generated.back().target.empty()) generated.back().target = target;
            if (data != Data::texture) target = {};
          }
          if (xml.depth() + 1 == data_depth) {
            if (data == Data::texture && !uri.empty()) {
              const std::int32_t id = textures.get(dir, uri, repeat);
              if (front) {
                for (const Use& use : uses) {
                  if (use.coordinates.empty()) continue;
                  if (!use.ring.empty()) out.rings.emplace(use.ring, Appearance::Texture{id, use.coordinates});
                  else if (!use.target.empty()) out.polygons.emplace(use.target, Appearance::Texture{id, use.coordinates});
                }
                for (const Generated& made : generated)
                  if (!made.target.empty()) out.maps.emplace(made.target, TextureMap{id, made.matrix, made.srs_name, false, !repeat});
              }
            } else if (data == Data::georeferenced && !uri.empty() && front && !targets.empty()) {
              TextureMap map;
              map.bounded = !repeat;
              if (georeferenced_map(georeference, textures.get(dir, uri, repeat), textures, data_at, map, notes))
                for (const auto t : targets) out.maps.emplace(t, map);
            } else if (data == Data::material && front) {
              const auto byte = [](double v) { return static_cast<std::uint8_t>(std::lround(std::clamp(std::isfinite(v) ? v : 0, 0.0, 1.0) * 255)); };
              const Rgba8 colour{byte(rgb[0]), byte(rgb[1]), byte(rgb[2]), std::max<std::uint8_t>(1, byte(1 - transparency))};
              for (const auto t : targets) out.colours.emplace(t, colour);
            }
            data = Data::none;
          }
        }
        text = {};
        if (xml.depth() == outside) return true;
        break;
      }
      case XmlEvent::done:
      case XmlEvent::error: return false;
    }
  }
}

}  // namespace tenbo::io::city
