#pragma once
// Laying flat things on the ground.
#include "tenbo/base/mesh.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/vector.h"

namespace tenbo::runtime {

// Cuts every edge longer than max_edge (m) at its middle, on both of its sides alike, so that no gap opens, and puts
// every vertex `lift` m above the ground. Where the ground is unknown a vertex stays. [worker]
void drape(MeshData& mesh, const geo::LocalFrame& frame, const io::GroundSampler& ground, float max_edge, float lift,
           glm::vec3& min, glm::vec3& max);

// A plain square under a scene without terrain: `extent` and a margin of half its size around it. [main]
MeshData plain_ground(const geo::LocalFrame& frame, const geo::Extent& extent, double height, glm::vec3& min, glm::vec3& max);

}  // namespace tenbo::runtime
