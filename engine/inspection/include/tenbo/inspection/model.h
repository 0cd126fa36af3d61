#pragma once
// A plain model of a structure from its record, where nobody has made one: blocks, each of a member, a span and a number. What the
// record does not say is assumed, and named.
//
// Frame: metres; x along the axis from the structure's middle (its start at -length / 2), y to the left looking along it, z up from the
// deck's top (of a tunnel and a gantry: from the road).
#include <array>
#include <cstdint>
#include <functional>
#include <glm/vec3.hpp>
#include <string>
#include <vector>

#include "tenbo/base/mesh.h"
#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

enum Assumed : std::uint32_t {
  assumed_length = 1, assumed_width = 2, assumed_spans = 4, assumed_heading = 8, assumed_height = 16, assumed_girders = 32,
  heading_from_road = 64,  // in the place of assumed_heading: as the nearest road runs
};
inline constexpr std::array<Assumed, 7> all_assumed{assumed_length, assumed_width, assumed_spans, assumed_heading, heading_from_road, assumed_height, assumed_girders};
const char* to_string(Assumed what);  // "length"

// What of a record a model is made of. Numbers beyond what is built (10 km, 200 m wide, 300 spans) count as not written.
struct Outline {
  Kind kind = Kind::unknown;
  float length = 0, width = 0;     // m
  float heading = 0;               // degrees clockwise from north, of x
  std::vector<float> supports;     // x of abutments and piers, ascending: one more than spans
  std::uint32_t assumed = 0;       // of Assumed
  int spans() const { return supports.empty() ? 0 : static_cast<int>(supports.size()) - 1; }
  float start_of(int span) const;  // x; of a span that is not there, the structure's start
  int span_at(float x) const;      // 1 and up; the nearest for what lies beyond the ends
};
Outline outline_of(const Register& structures, std::uint32_t s);

struct Block { std::array<glm::vec3, 8> corners; };  // four below, four above them, each counter-clockwise seen from above
struct Part {
  Member member = Member::unknown;
  int span = 0;                    // 1 and up; of abutments and piers the span that begins there, or ends there
  int number = 0;                  // from the right, or the start, within its span: 1 and up
  std::vector<Block> blocks;
  std::string element() const;     // "0102": span, number
};
struct Model {
  Outline outline;
  std::vector<Part> parts;         // none of kinds that nobody can guess
};
// Height of the ground at x, y, above the deck's top (negative: below), NaN where nobody knows it.
using GroundBelow = std::function<float(float x, float y)>;
Model make_model(const Outline& outline, const GroundBelow& ground = {});

// Triangles of a surface that defects are laid on.
struct Triangle {
  std::array<glm::vec3, 3> corners;  // counter-clockwise seen from outside
  glm::vec3 normal{0, 0, 1};         // unit
  Member member = Member::unknown;
  int span = 0, number = 0;          // 0 = not known
  std::int32_t part = -1;            // of a 3D model: which of its named parts; -1 = of none
  bool told = false;                 // the member is the file's word, not a guess by shape
};
std::vector<Triangle> surface_of(const Model& model);
// Vertex::feature = first_feature + the part's index.
void add_mesh(const Model& model, std::uint32_t first_feature, const std::function<glm::vec3(glm::vec3)>& place, MeshData& out);

// Members of a 3D model that says nothing of them, by shape: what looks up at z = 0 is the deck, what lies below it, down to 4 m or two fifths of
// the way, a girder, what stands under that at the ends an abutment, between them a pier; above it a railing, and from 1.6 m on neither.
// `low`, `high`: of the whole model.
Member estimate_member(const Triangle& triangle, glm::vec3 low, glm::vec3 high);

}  // namespace tenbo::inspection
