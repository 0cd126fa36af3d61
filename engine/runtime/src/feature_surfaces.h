#pragma once
// What city layers keep of their bridges and tunnels once the meshes are on the GPU: triangles, and which named part each belongs to.
#include <array>
#include <cstdint>
#include <glm/vec3.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/geo/ellipsoid.h"
#include "tenbo/inspection/defect.h"
#include "tenbo/inspection/model.h"
#include "tenbo/io/city.h"
#include "tenbo/render/renderer.h"

namespace tenbo::runtime {

// By feature, in the frames of their tiles. Of IFC the feature is the bridge, and its elements are parts of it.
struct FeatureSurfaces {
  std::vector<geo::LocalFrame> frames;
  struct Piece { std::uint32_t frame, element; std::array<glm::vec3, 3> corners; };
  std::map<std::uint32_t, std::vector<Piece>> by_feature;
  void keep(const io::MeshBatch& batch, const io::CityModel& model);  // before its mesh goes to the GPU
};

// Of IFC: the bridge that a feature is part of; else the feature itself.
std::uint32_t whole_of(const io::CityModel& model, std::uint32_t feature);
// Whether `feature` is `whole` or part of it.
bool is_within(const io::CityModel& model, std::uint32_t feature, std::uint32_t whole);

// Which named part of a feature lies at a place, to 2 m; no_element: none.
std::uint32_t element_at_place(const FeatureSurfaces& surfaces, std::uint32_t feature, const geo::GeoPoint& place);

// What is part of a model that a record colours has its colour: of IFC, whose bridges have no shape of their own. (structure, feature) of `bound`.
void colour_parts(const io::CityModel& model, std::span<const std::pair<std::uint32_t, std::uint32_t>> bound, std::vector<render::FeatureStyle>& styles);

// Which member an element is: by its own words, else by those of what it is part of; unknown: none says.
inspection::Member member_of(const io::CityModel& model, std::uint32_t element);

// The parts of a surface by what a list may call them: id, Tag or name. What two parts are called names neither.
class PartNames {
 public:
  PartNames() = default;
  PartNames(const io::CityModel& model, std::span<const inspection::Triangle> surface);
  // Triangle::part of all that is, or is within, the part of that name; ascending. Empty: there is none.
  std::span<const std::int32_t> of(std::string_view name) const;

 private:
  struct Named { std::uint32_t owner; std::vector<std::int32_t> parts; };
  std::map<std::string, Named, std::less<>> names_;
};

}  // namespace tenbo::runtime
