#pragma once
// What stands for a feature, or for a group of small ones, in tiles that are seen from afar: an upright box, or a
// simplified mesh where no box comes near its shape.
#include <cstdint>
#include <glm/vec3.hpp>
#include <span>
#include <vector>

#include "grid.h"
#include "records.h"
#include "tenbo/base/image.h"

namespace tenbo::io::bake {

struct Proxy {
  double lon = 0, lat = 0;    // degrees, middle of the box
  float bottom = 0, top = 0;  // m, heights as the tiles have them
  float a = 0, b = 0;         // m, half its edges
  float angle = 0;            // rad, of edge a from east towards north
  float deviation = 0;        // m, how far what stands here may be from the source
  float box_deviation = 0;    // m, the same of the box; > deviation where there is a mesh
  float size = 0;             // m, the longest edge of the box
  std::uint32_t record = 0;   // of the set that goes with the list: whose id and attributes it carries
  std::uint32_t colour = 0;   // Rgba8::packed(); of what stands upright
  std::uint32_t roof = 0;     // the same, of what looks up
  std::uint32_t theme = 0;
  std::uint32_t members = 1;                  // features that it stands for
  std::uint32_t first_point = 0, points = 0;  // of the mesh; 0 = a box
  std::uint32_t first_index = 0, indices = 0;
  std::uint32_t spare = 0;  // no padding: the bytes are written as they stand
};

struct ProxyList {
  std::vector<Proxy> proxies;
  std::vector<glm::vec3> points;       // m, in the block's frame (above blocks: in the frame of the cell they are for)
  std::vector<std::uint32_t> indices;  // from the proxy's first point

  void append(const ProxyList& other);
  std::uint32_t add_mesh(Proxy& proxy, std::span<const glm::vec3> p, std::span<const std::uint32_t> i);
};

// A box around points (m, in the frame of `frame`), as small as it can be on the ground, and how far the surface of the
// features, given by its points and triangles, is from it.
Proxy box_around(std::span<const glm::vec3> points, std::span<const std::uint32_t> triangles,
                 const geo::LocalFrame& frame);

// The eight corners of the box in a frame, m: bottom, then top, each counter-clockwise seen from above.
void box_corners(const Proxy& box, const geo::LocalFrame& frame, glm::dvec3 out[8]);

// For a cell above leaves: what its children showed, made coarser until a tile can hold it. Sets how far the result may
// be from the source (m), but for one percent of what is to be seen and is no bridge.
ProxyList coarser(const ProxyList& fine, const Cell& cell, double& deviation);

}  // namespace tenbo::io::bake
