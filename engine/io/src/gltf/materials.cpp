// Materials as this renderer can show them: base colour and its picture.
#include <algorithm>
#include <cmath>

#include "gltf/document.h"
#include "gltf/references.h"
#include "image/ktx2.h"

namespace tenbo::io::gltf {
namespace {

std::uint8_t encode_srgb(double linear) {
  const double x = std::clamp(linear, 0.0, 1.0);
  const double s = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;  // IEC 61966-2-1
  return static_cast<std::uint8_t>(std::lround(s * 255));
}

// The picture's bytes of images[i], loaded once; nothing where it cannot be read, with a warning.
Bytes image_bytes(Document& d, const Node& image, std::size_t index, std::string& name) {
  name = d.name() + ": image " + std::to_string(index);
  std::vector<std::byte> bytes;
  if (const auto view = image.find("bufferView")) {
    const View v = d.view(*view);
    d.budget().spend(v.bytes.size(), 1, d.name(), "a picture");
    bytes.assign(v.bytes.begin(), v.bytes.end());
  } else if (const auto uri = image.find("uri")) {
    const std::string& reference = uri->text();
    if (is_data_uri(reference)) {
      d.budget().spend(reference.size(), 1, d.name(), "a picture in the JSON");
      auto decoded = decode_data_uri(reference, d.budget().left());
      if (!decoded) uri->bad("the data URI is not valid base64");
      bytes = std::move(*decoded);
    } else {
      auto read = d.fetch()(reference, d.budget().left());
      if (!read) {  // a missing picture costs only itself
        Error e = read.error();
        if (e.place.empty()) e.place = uri->path();
        d.out().diagnostics.warn(std::move(e));
        return nullptr;
      }
      d.budget().spend(read->size(), 1, d.name(), "a picture");
      bytes = std::move(*read);
      name = reference;
    }
  } else {
    image.bad("the image has neither a \"uri\" nor a \"bufferView\"");
  }
  const auto starts = [&](std::string_view magic, std::size_t at = 0) {
    return bytes.size() >= at + magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
  };
  const auto why = starts("\xABKTX 1") ? std::optional<std::string>("is of KTX 1") : is_ktx2(bytes) ? ktx2_unreadable(bytes) : std::nullopt;
  if (why) {
    d.warn("the picture is KTX2 and " + *why + ", which is not read: there is no library for it here; its surfaces are plain", &image);
    return nullptr;
  }
  return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

}  // namespace

std::int32_t texture_of(Document& d, const Node& reference) {
  return d.with("textures", reference, "texture", [&](const Node& texture, std::size_t) -> std::int32_t {
    auto source = texture.find("source");
    const auto extensions = texture.find("extensions");
    const auto webp = extensions ? extensions->find("EXT_texture_webp") : std::nullopt;
    const auto basis = extensions ? extensions->find("KHR_texture_basisu") : std::nullopt;
    if (webp && webp->has("source")) source = webp->find("source");
    if (!source && basis && basis->has("source")) source = basis->find("source");
    if (!source) {
      d.warn("the texture has no source that is known here; its surfaces are plain", &texture);
      return -1;
    }
    bool repeat = true;
    if (const auto sampler_reference = texture.find("sampler"))
      d.with("samplers", *sampler_reference, "sampler", [&](const Node& sampler, std::size_t) {
        repeat = sampler.size_value("wrapS", 10497) != 33071 || sampler.size_value("wrapT", 10497) != 33071;
        return 0;
      });
    return d.with("images", *source, "image", [&](const Node& image, std::size_t index) -> std::int32_t {
      const auto key = std::pair(index, repeat);
      if (const auto it = d.pictures.find(key); it != d.pictures.end()) return it->second;
      GltfTexture t;
      t.repeat = repeat;
      t.data = image_bytes(d, image, index, t.name);
      std::int32_t made = -1;
      if (t.data) {
        made = static_cast<std::int32_t>(d.out().textures.size());
        d.out().textures.push_back(std::move(t));
      }
      d.pictures.emplace(key, made);
      return made;
    });
  });
}

TextureUse texture_use(const Node& info) {
  TextureUse use;
  use.set = static_cast<std::int32_t>(info.size_value("texCoord", 0));
  if (use.set > 15) info.bad("texture coordinate set " + std::to_string(use.set) + ", expected 0 to 15");
  const auto extensions = info.find("extensions");
  const auto transform = extensions ? extensions->find("KHR_texture_transform") : std::nullopt;
  if (!transform) return use;
  const auto pair = [&](const char* key, glm::vec2 fallback) {
    const auto n = transform->find(key);
    if (!n) return fallback;
    const auto v = n->numbers(2, 2);
    return glm::vec2(v[0], v[1]);
  };
  use.offset = pair("offset", {0, 0});
  use.scale = pair("scale", {1, 1});
  use.rotation = static_cast<float>(transform->number("rotation", 0));
  if (transform->has("texCoord")) use.set = static_cast<std::int32_t>(transform->size_value("texCoord"));
  return use;
}

std::vector<TextureUse> base_colour_uses(Document& d) {
  std::vector<TextureUse> out;
  const auto materials = d.root().find("materials");
  for (std::size_t i = 0; materials && i < materials->size(); ++i) {
    const Node material = materials->at(i);
    material.object();
    TextureUse use;
    if (const auto pbr = material.find("pbrMetallicRoughness"))
      if (const auto info = pbr->find("baseColorTexture")) use = texture_use(*info);
    out.push_back(use);
  }
  return out;
}

void read_materials(Document& d) {
  const auto materials = d.root().find("materials");
  for (std::size_t i = 0; materials && i < materials->size(); ++i) {
    const Node material = materials->at(i);
    material.object();
    GltfMaterial out;
    std::array<double, 4> colour{1, 1, 1, 1};
    const auto take_colour = [&](const Node& node) {
      const auto v = node.numbers(4, 4);
      std::copy(v.begin(), v.end(), colour.begin());
    };
    if (const auto pbr = material.find("pbrMetallicRoughness")) {
      if (const auto factor = pbr->find("baseColorFactor")) take_colour(*factor);
      if (const auto info = pbr->find("baseColorTexture")) {
        const Node index = (*info)("index");
        out.texture = texture_of(d, index);
      }
    }
    if (const auto extensions = material.find("extensions")) {
      out.unlit = extensions->has("KHR_materials_unlit");
      if (const auto old = extensions->find("KHR_materials_pbrSpecularGlossiness"); old && out.texture < 0) {
        if (const auto factor = old->find("diffuseFactor")) take_colour(*factor);
        if (const auto info = old->find("diffuseTexture")) {
          const Node index = (*info)("index");
          out.texture = texture_of(d, index);
        }
      }
    }
    if (const auto emissive = material.find("emissiveFactor")) {  // what shines shows its own colour
      const auto v = emissive->numbers(3, 3);
      if (out.texture < 0)
        for (std::size_t c = 0; c < 3; ++c) colour[c] = std::min(1.0, colour[c] + std::max(0.0, v[c]));
    }
    const std::string alpha = material.text("alphaMode", "OPAQUE");
    out.alpha = alpha == "MASK"    ? GltfMaterial::Alpha::mask
                : alpha == "BLEND" ? GltfMaterial::Alpha::blend
                                   : GltfMaterial::Alpha::opaque;
    out.double_sided = material.boolean("doubleSided", false);
    const double opacity = out.alpha == GltfMaterial::Alpha::blend ? std::clamp(colour[3], 0.0, 1.0) : 1.0;
    out.colour = {encode_srgb(colour[0]), encode_srgb(colour[1]), encode_srgb(colour[2]),
                  static_cast<std::uint8_t>(std::lround(opacity * 255))};
    d.out().materials.push_back(out);
  }
}

}  // namespace tenbo::io::gltf
