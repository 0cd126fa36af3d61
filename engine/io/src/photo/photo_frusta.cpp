#include "photo_frusta.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

namespace tenbo::io {
namespace {

constexpr Rgba8 frame_colour{32, 74, 135, 255}, unaimed_colour{110, 118, 128, 255};

class Shape {
 public:
  Shape(CityModel& out, MeshBatch& batch, std::uint32_t row) : out_(out), batch_(batch), row_(row) {}
  void colour(Rgba8 c) { u_ = static_cast<float>(c.r + 256u * c.g + 65536u * c.b); }
  std::uint32_t put(glm::vec3 p, glm::vec3 normal, float u, float v) {
    batch_.mesh.vertices.push_back({p.x, p.y, p.z, encode_normal(normal), u, v, row_});
    batch_.min = glm::min(batch_.min, p);
    batch_.max = glm::max(batch_.max, p);
    return static_cast<std::uint32_t>(batch_.mesh.vertices.size() - 1);
  }
  void triangle(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    for (const auto i : {a, b, c}) batch_.mesh.indices.push_back(i);
    ++out_.triangles;
  }
  // An edge as a bar of three sides: as thin as one can see it, as cheap as one can draw it.
  void bar(glm::vec3 a, glm::vec3 b, float radius) {
    const glm::vec3 along = glm::normalize(b - a);
    const glm::vec3 x = glm::normalize(glm::cross(along, std::abs(along.z) < 0.9f ? glm::vec3(0, 0, 1) : glm::vec3(1, 0, 0))), y = glm::cross(along, x);
    for (int i = 0; i < 3; ++i) {
      const auto rim = [&](int k) {
        const float w = static_cast<float>(2 * M_PI * k / 3);
        return (x * std::cos(w) + y * std::sin(w)) * radius;
      };
      const glm::vec3 p = rim(i), q = rim(i + 1), n = glm::normalize(p + q);
      const auto v0 = put(a + p, n, u_, 0), v1 = put(a + q, n, u_, 0), v2 = put(b + q, n, u_, 0), v3 = put(b + p, n, u_, 0);
      triangle(v0, v1, v2);
      triangle(v0, v2, v3);
    }
  }
  void body(glm::vec3 at, float r) {
    const glm::vec3 tips[6] = {{r, 0, 0}, {0, r, 0}, {-r, 0, 0}, {0, -r, 0}, {0, 0, r}, {0, 0, -r}};
    for (int i = 0; i < 4; ++i)
      for (const int z : {4, 5}) {
        const glm::vec3 a = tips[i], b = tips[(i + 1) % 4], c = tips[z], n = glm::normalize(a + b + c);
        triangle(put(at + a, n, u_, 0), put(at + b, n, u_, 0), put(at + c, n, u_, 0));
      }
  }

 private:
  CityModel& out_;
  MeshBatch& batch_;
  std::uint32_t row_;
  float u_ = 0;
};

MeshBatch batch_at(const geo::GeoPoint& place) {
  MeshBatch b;
  b.frame = geo::LocalFrame::at(place);
  b.min = glm::vec3(INFINITY);
  b.max = glm::vec3(-INFINITY);
  b.colour = {255, 255, 255, 255};
  return b;
}

}  // namespace

void add_frustum(CityModel& out, const PhotoCamera& photo, std::uint32_t row, std::int32_t texture) {
  MeshBatch frame = batch_at(photo.place);
  frame.vertex_colours = true;
  Shape lines(out, frame, row);
  const auto length = static_cast<float>(photo.length), thick = length * 0.012f;
  const bool aimed = photo.axes && photo.field;
  lines.colour(aimed ? frame_colour : unaimed_colour);
  // Whoever looks through the camera stands in its tip: what is drawn of it is behind, or farther ahead.
  lines.body(aimed ? glm::mat3(*photo.axes) * glm::vec3(0, 0, length * 0.06f) : glm::vec3(0), length * (aimed ? 0.05f : 0.12f));
  if (aimed) {
    const glm::mat3 axes(*photo.axes);
    const auto x = static_cast<float>(photo.field->x) * length, y = static_cast<float>(photo.field->y) * length;
    glm::vec3 corner[4];  // from the top left on, as the picture's rows run
    for (int i = 0; i < 4; ++i) corner[i] = axes * glm::vec3(i == 1 || i == 2 ? x : -x, i < 2 ? y : -y, -length);
    for (int i = 0; i < 4; ++i) {
      lines.bar(corner[i] * 0.08f, corner[i], thick * 0.5f);
      lines.bar(corner[i], corner[(i + 1) % 4], thick * 0.5f);
    }
    // Which way is up: a notch over the upper edge.
    const glm::vec3 up = axes * glm::vec3(0, y * 1.25f, -length);
    lines.bar(corner[0] * 0.7f + corner[1] * 0.3f, up, thick * 0.5f);
    lines.bar(corner[0] * 0.3f + corner[1] * 0.7f, up, thick * 0.5f);
    if (texture >= 0) {
      MeshBatch plane = batch_at(photo.place);
      plane.texture = texture;
      Shape picture(out, plane, row);
      // Where the stored picture has what is seen in each corner, by the orientation (CIPA DC-008, tag Orientation).
      static constexpr int stored[9][4] = {{}, {0, 1, 2, 3}, {1, 0, 3, 2}, {2, 3, 0, 1}, {3, 2, 1, 0}, {0, 3, 2, 1}, {3, 0, 1, 2}, {2, 1, 0, 3}, {1, 2, 3, 0}};
      const auto& of = stored[photo.turned >= 1 && photo.turned <= 8 ? photo.turned : 1];
      std::uint32_t v[4];
      for (int i = 0; i < 4; ++i) v[i] = picture.put(corner[i], {0, 0, 1}, of[i] == 1 || of[i] == 2 ? 1.f : 0.f, of[i] >= 2 ? 1.f : 0.f);
      picture.triangle(v[0], v[2], v[1]);
      picture.triangle(v[0], v[3], v[2]);
      out.batches.push_back(std::move(plane));
    }
  }
  out.batches.push_back(std::move(frame));
}

Image turn_picture(Image image, int orientation) {
  if (orientation < 2 || orientation > 8 || image.width <= 0 || image.height <= 0) return image;
  const bool across = orientation >= 5;
  Image out;
  out.width = across ? image.height : image.width;
  out.height = across ? image.width : image.height;
  out.rgba.resize(image.rgba.size());
  const int w = image.width, h = image.height;
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      int u = x, v = y;
      switch (orientation) {
        case 2: u = w - 1 - x; break;
        case 3: u = w - 1 - x, v = h - 1 - y; break;
        case 4: v = h - 1 - y; break;
        case 5: u = y, v = x; break;
        case 6: u = y, v = h - 1 - x; break;
        case 7: u = w - 1 - y, v = h - 1 - x; break;
        case 8: u = w - 1 - y, v = x; break;
        default: break;
      }
      std::copy_n(image.pixel(u, v), 4, out.pixel(x, y));
    }
  return out;
}

}  // namespace tenbo::io
