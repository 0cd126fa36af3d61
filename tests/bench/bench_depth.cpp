// How true a baked city looks: the depth of what streaming draws against that of all leaves, both rasterised here, on the
// CPU, without the renderer. A pixel is true where, within two pixels, the leaves have a depth that differs by no more than
// two pixels are wide there. Both stand on a level plane at the set's lowest height, as they do in a scene without terrain.
// usage: bench_depth TILESET [PIXEL_ERROR FAR_FACTOR [RADIUS]]    (default: as on a CPU device, 9000 m)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>

#include "tenbo/base/jobs.h"
#include "tenbo/io/tiles.h"
#include "tile_detail.h"
#include "tile_set.h"

using namespace tenbo;

namespace {

constexpr int width = 1920, height = 1080, cameras = 6;

struct Eye {
  explicit Eye(const scene::Camera& c)
      : position(c.position()), turn(glm::transpose(c.orientation())), pixels(height / 2.0 / std::tan(c.fov / 2 * M_PI / 180)) {}
  glm::dvec3 position;
  glm::dmat3 turn;
  double pixels;  // of a metre at a distance of one
};

// 1 / distance along the view: it is linear over the screen. 0 = nothing there.
struct Depth {
  std::vector<float> near = std::vector<float>(static_cast<std::size_t>(width) * height, 0.f);

  void plane(const Eye& eye, const scene::Camera& camera, double level) {
    const glm::dvec3 up = geo::LocalFrame::at({camera.lon, camera.lat, 0}).axes[2];
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const glm::dvec3 ray = glm::transpose(eye.turn) * glm::dvec3((x + 0.5 - width / 2.0) / eye.pixels, (height / 2.0 - y - 0.5) / eye.pixels, -1);
        const double down = -glm::dot(ray, up) / (camera.height - level);
        if (down > 0) near[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)] = static_cast<float>(down);
      }
  }
  void triangle(const glm::dvec3 (&p)[3], double pixels) {  // in the eye's frame
    glm::dvec3 s[3];
    for (int i = 0; i < 3; ++i) {
      if (!(p[i].z < -1)) return;  // behind the eye
      s[i] = {width / 2.0 - p[i].x / p[i].z * pixels, height / 2.0 + p[i].y / p[i].z * pixels, -1 / p[i].z};
    }
    const double area = (s[1].x - s[0].x) * (s[2].y - s[0].y) - (s[1].y - s[0].y) * (s[2].x - s[0].x);
    if (!(std::abs(area) > 1e-9)) return;
    const double dx = ((s[1].z - s[0].z) * (s[2].y - s[0].y) - (s[2].z - s[0].z) * (s[1].y - s[0].y)) / area,
                 dy = ((s[2].z - s[0].z) * (s[1].x - s[0].x) - (s[1].z - s[0].z) * (s[2].x - s[0].x)) / area;
    const int y0 = static_cast<int>(std::ceil(std::clamp(std::min({s[0].y, s[1].y, s[2].y}) - 0.5, 0.0, height * 1.0))),
              y1 = static_cast<int>(std::floor(std::clamp(std::max({s[0].y, s[1].y, s[2].y}) - 0.5, -1.0, height - 1.0)));
    for (int y = y0; y <= y1; ++y) {
      double left = INFINITY, right = -INFINITY;
      for (int k = 0; k < 3; ++k) {
        const glm::dvec3 &a = s[k], &b = s[(k + 1) % 3];
        const double at = y + 0.5;
        if ((a.y < at) == (b.y < at)) continue;
        const double x = a.x + (at - a.y) / (b.y - a.y) * (b.x - a.x);
        left = std::min(left, x);
        right = std::max(right, x);
      }
      if (!(left <= right)) continue;
      const int x0 = static_cast<int>(std::ceil(std::clamp(left - 0.5, 0.0, width * 1.0))),
                x1 = static_cast<int>(std::floor(std::clamp(right - 0.5, -1.0, width - 1.0)));
      for (int x = x0; x <= x1; ++x) {
        float& n = near[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)];
        n = std::max(n, static_cast<float>(s[0].z + dx * (x + 0.5 - s[0].x) + dy * (y + 0.5 - s[0].y)));
      }
    }
  }
};

std::uint64_t draw(const io::CityModel& city, const Eye& eye, Depth& to) {
  std::uint64_t triangles = 0;
  for (const auto& b : city.batches) {
    const glm::dmat3 turn = eye.turn * b.frame.axes;
    const glm::dvec3 shift = eye.turn * (b.frame.origin - eye.position);
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      glm::dvec3 p[3];
      for (std::size_t k = 0; k < 3; ++k) {
        const Vertex& v = b.mesh.vertices[b.mesh.indices[i + k]];
        p[k] = turn * glm::dvec3(v.x, v.y, v.z) + shift;
      }
      to.triangle(p, eye.pixels);
      ++triangles;
    }
  }
  return triangles;
}

// Share of pixels that are true; those that are nothing in both do not count.
double true_share(const Depth& drawn, const Depth& leaves, double pixels) {
  std::uint64_t good = 0, all = 0;
  for (int y = 2; y < height - 2; ++y)
    for (int x = 2; x < width - 2; ++x) {
      const float n = drawn.near[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)];
      const double d = 1 / static_cast<double>(n), wide = n > 0 ? 2 * d / pixels : 0;
      bool same = false, nothing = n == 0;
      for (int v = y - 2; v <= y + 2; ++v)
        for (int u = x - 2; u <= x + 2; ++u) {
          const float l = leaves.near[static_cast<std::size_t>(v) * width + static_cast<std::size_t>(u)];
          nothing = nothing && l == 0;
          same = same || (n == 0 ? l == 0 : l > 0 && std::abs(1 / static_cast<double>(l) - d) <= wide);
        }
      if (nothing) continue;
      ++all;
      good += same;
    }
  return all ? static_cast<double>(good) / static_cast<double>(all) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: bench_depth TILESET [PIXEL_ERROR FAR_FACTOR [RADIUS]]\n"), 2;
  auto detail = runtime::tile_detail(render::Quality::software);
  if (argc > 3) detail = {std::atof(argv[2]), std::atof(argv[3])};
  const double radius = argc > 4 ? std::atof(argv[4]) : 9000;
  auto opened = io::open_tileset(argv[1]);
  if (!opened) return std::fprintf(stderr, "%s\n", opened.error().text().c_str()), 1;
  if (!opened->tree) return std::fprintf(stderr, "%s: no tileset\n", argv[1]), 1;
  const auto set = runtime::make_tile_set(std::move(*opened), {});
  const auto tiles = set->choice.tiles();
  const auto read = [&](std::uint32_t i) { return io::read_tile(*set->source, set->tree.tiles[i], set->attributes, set->mesh); };
  const auto middle = set->extent.centre();
  for (int c = 0; c < cameras; ++c) {
    scene::TileSetChoice::View view;
    view.camera = scene::look_at({middle.lon, middle.lat, 0}, radius, c * 360.0 / cameras, -35);
    view.viewport = {width, height};
    view.max_pixel_error = detail.pixel_error;
    view.far_factor = detail.far_factor;
    const Eye eye(view.camera);
    Depth drawn, leaves;
    for (Depth* d : {&drawn, &leaves}) d->plane(eye, view.camera, set->extent.min_height);
    std::uint64_t few = 0, many = 0;
    const auto chosen = set->choice.ideal(view);
    for (const auto i : chosen)
      if (const auto city = read(i)) few += draw(*city, eye, drawn);
    for (std::uint32_t i = 0; i < tiles.size(); ++i)
      if (tiles[i].content && tiles[i].children.empty())
        if (const auto city = read(i)) many += draw(*city, eye, leaves);
    std::printf("heading %3.0f: %zu tiles, %llu triangles of %llu; %.2f %% of pixels true to 2 pixels\n", c * 360.0 / cameras,
                chosen.size(), static_cast<unsigned long long>(few), static_cast<unsigned long long>(many),
                100 * true_share(drawn, leaves, eye.pixels));
  }
}
