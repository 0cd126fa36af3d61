#include "appearance.h"

#include <algorithm>
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
  if (colours.empty()) colours = std::move(later.colours);
  else colours.merge(later.colours);
}

namespace {
std::string_view fragment(std::string_view uri) {
  uri = trim(uri);
  if (uri.starts_with('#')) uri.remove_prefix(1);
  return uri;
}
}  // namespace

bool parse_appearance(XmlCursor& xml, TextureTable& textures, const std::filesystem::path& dir, Appearance& out, Notes& notes) {
  const std::size_t outside = xml.depth() - 1;
  enum class Data { none, texture, material, other } data = Data::none;
  std::size_t data_depth = 0;
  std::string uri;
  bool repeat = false, front = true, generated = false;
  double rgb[3] = {0.8, 0.8, 0.8}, transparency = 0;
  std::string_view target, text;
  struct Use { std::string_view ring, target, coordinates; };
  std::vector<Use> uses;
  std::size_t list_begin = 0, next_ring = 0;  // CityGML 3: coordinates first, then their rings in the same order
  std::vector<std::string_view> targets;
  const auto read_three = [](std::string_view s, double* v) {
    const char* p = s.data();
    const char* const end = p + s.size();
    for (int i = 0; i < 3; ++i) {
      while (p < end && is_space(*p)) ++p;
      if (p >= end || !read_number(p, end, v[i])) return;
    }
  };
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start: {
        const XmlTag& tag = xml.tag();
        const auto local = tag.local();
        text = {};
        if (local == "ParameterizedTexture" || local == "X3DMaterial" || local == "GeoreferencedTexture") {
          data = local[0] == 'P' ? Data::texture : local[0] == 'X' ? Data::material : Data::other;
          data_depth = xml.depth();
          uri.clear();
          repeat = generated = false;
          front = true;
          rgb[0] = rgb[1] = rgb[2] = 0.8;
          transparency = 0;
          target = {};
          uses.clear();
          targets.clear();
          if (data == Data::other)
            notes.warn(tag.at, "a GeoreferencedTexture is not drawn", "give surfaces a ParameterizedTexture", ErrorCode::unsupported);
        } else if (local == "target") {
          target = fragment(tag.attribute_local("uri"));
        } else if (local == "TexCoordList") {
          list_begin = next_ring = uses.size();
        } else if (local == "TexCoordGen") {
          generated = true;
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
            read_three(text, rgb);
          } else if (local == "transparency") {
            double v[3] = {0, 0, 0};
            read_three(text, v);
            transparency = v[0];
          } else if (local == "textureCoordinates") {
            if (!uses.empty()) uses.back().coordinates = text;
          } else if (local == "ring") {
            if (next_ring < uses.size() && next_ring >= list_begin) uses[next_ring++].ring = fragment(text);
          } else if (local == "target") {
            if (target.empty()) target = fragment(text);
            if (!target.empty()) targets.push_back(target);
            for (std::size_t i = list_begin; i < uses.size(); ++i)
              if (uses[i].target.empty()) uses[i].target = target;
            if (data != Data::texture) target = {};
          }
          if (xml.depth() + 1 == data_depth) {
            if (data == Data::texture && !uri.empty()) {
              const std::int32_t id = textures.get(dir, uri, repeat);
              if (front)
                for (const Use& use : uses) {
                  if (use.coordinates.empty()) continue;
                  if (!use.ring.empty()) out.rings.emplace(use.ring, Appearance::Texture{id, use.coordinates});
                  else if (!use.target.empty()) out.polygons.emplace(use.target, Appearance::Texture{id, use.coordinates});
                }
              if (generated)
                notes.warn(nullptr, "texture coordinates made by a matrix (TexCoordGen) are not drawn", {}, ErrorCode::unsupported);
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
