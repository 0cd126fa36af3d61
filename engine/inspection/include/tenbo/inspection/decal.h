#pragma once
// Where a defect lies on the surface of a structure's model, as a piece of that surface, to scale. Frame: that of model.h, metres.
#include <array>
#include <cstdint>
#include <glm/vec3.hpp>
#include <optional>
#include <span>
#include <vector>

#include "tenbo/inspection/defect.h"
#include "tenbo/inspection/model.h"

namespace tenbo::inspection {

// Its place in the model's frame, of a list that says where on Earth it is; else absent.
using Place = std::optional<glm::vec3>;

// What of a decal is not the list's word.
enum Guess : std::uint32_t {
  guess_along = 1, guess_across = 2, guess_up = 4,  // in the middle of the member
  guess_size = 8,                                   // drawn default_size m
  guess_member = 16,                                // no surface of that member, span or number: the nearest of what there is
};
inline constexpr float default_size = 0.5f;         // m, of a defect whose size nobody wrote; a crack's length
inline constexpr float decal_lift = 0.02f;          // m from the surface

struct Decal {
  std::uint32_t guesses = 0;
  glm::vec3 at{0}, normal{0, 0, 1};                 // its middle on the surface
  Member member = Member::unknown;                  // whose surface it lies on
  int span = 0, number = 0;
  std::int32_t part = -1;                           // Triangle::part
  std::vector<std::array<glm::vec3, 3>> triangles;  // lifted off the surface
  std::vector<std::array<glm::vec3, 2>> edges;      // its outline; of a crack its line
};

// A crack is a line, and drawn as one.
inline bool is_line(DefectKind kind) { return kind == DefectKind::crack || kind == DefectKind::fatigue_crack; }
// Whether anybody said where it lies: on Earth, along the structure, or on which member of which span.
bool has_place(const Defect& defect, const Outline& outline);
// Absent for one without a place, and where there is no surface. `element`: its number in words, "0102" (span, part) or "2".
// `parts`: of Triangle::part, the parts that the list names by their identifier: it lies on them whatever else it says. Ascending.
std::optional<Decal> make_decal(const Defect& defect, std::string_view element, const Place& place, const Outline& outline,
                                std::span<const Triangle> surface, std::span<const std::int32_t> parts = {});

glm::vec3 nearest_on(const Triangle& triangle, glm::vec3 point);

}  // namespace tenbo::inspection
