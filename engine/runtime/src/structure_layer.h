#pragma once
// A layer of records as it stands in the world: models made from records near the camera, and defects on them and on the 3D models that
// records are tied to. All near ones of a layer are one mesh for the models and one for the defects.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "feature_surfaces.h"
#include "structure_marks.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/inspection/as_of.h"
#include "tenbo/inspection/binding.h"
#include "tenbo/inspection/decal.h"
#include "tenbo/inspection/model.h"
#include "tenbo/inspection/road_heading.h"
#include "tenbo/io/city.h"
#include "tenbo/render/renderer.h"
#include "tenbo/runtime/plugin_output.h"
#include "tenbo/runtime/structures.h"
#include "tenbo/scene/world.h"

namespace tenbo::runtime {

// What records are drawn of: those within structure_range of the camera, at most structures_drawn, the nearest first.
inline constexpr double structure_range = 1500;       // m
inline constexpr std::size_t structures_drawn = 64;
inline constexpr std::size_t defects_drawn = 4000;

// One structure that is near.
struct NearStructure {
  std::uint32_t structure = 0;
  bool generated = false;
  std::optional<std::uint32_t> feature;    // of the bound model
  geo::LocalFrame frame;                   // its axes those of inspection/model.h
  inspection::Model model;                 // of a bound one the outline alone
  glm::vec3 low{0}, high{0};               // of a bound model, in the frame
  std::vector<inspection::Triangle> surface;
  PartNames parts;                         // of a bound model: what it calls its own
};

// Of what is drawn: by Vertex::feature.
struct StructureFeature {
  std::uint32_t near = 0;                  // index in StructureLayer::near
  std::int32_t part = -1, defect = -1;     // of the model; among the structure's
  inspection::Change change = inspection::Change::unknown;
  std::uint32_t guesses = 0;
  glm::dvec3 at{0};                        // ECEF, of a defect
  inspection::Member member = inspection::Member::unknown;
  int span = 0, number = 0;
  std::int32_t named_part = -1;            // Triangle::part, of a defect
};

struct StructureLayer {
  std::shared_ptr<const inspection::Register> records;  // null: the layer has none
  std::shared_ptr<const PluginOutput> of;               // the output that they are of
  std::vector<inspection::Binding> bindings;            // ascending by record
  std::uint32_t candidates = 0;                         // the layer whose models the bindings are about
  std::set<std::uint32_t> watched;                      // structures that a sensor stands on
  // --- drawn
  std::vector<NearStructure> near;
  std::vector<StructureFeature> features;
  std::vector<scene::Entity> entities;
  std::string key;                                      // of what they are drawn from
  mutable std::shared_ptr<const inspection::Register> years_of;  // that `years` are of
  mutable std::vector<int> years;
  mutable std::shared_ptr<const inspection::AsOf> as_of; // of `records`, as of the day that is shown
  int styled_day = 0;                                   // day_key of what 3D models were coloured by
  mutable StructureMarks marks;
  const inspection::Binding* binding_of(std::uint32_t structure) const;
};

// Of a plugin that publishes plain records alone: what their columns say of length, width, spans and heading.
std::shared_ptr<const inspection::Register> plain_register(const PluginOutput& output);

// The frame and outline of a model made from a record; `ground` gives heights in the scene's datum, NaN where it is not known.
// `roads`: what is near of the scene's, for those whose record has no heading.
NearStructure stand_from_record(const inspection::Register& records, std::uint32_t s, const std::function<double(double, double)>& ground,
                                std::span<const inspection::RoadPiece> roads = {});
// The same of a 3D model: its members by what the model says of its parts, else by shape. Absent where it has no triangles.
std::optional<NearStructure> stand_from_surface(const inspection::Register& records, std::uint32_t s, const FeatureSurfaces& surfaces, const io::CityModel& model,
                                                std::uint32_t feature);

// Meshes of all that is near, in `frame`; fills features.
struct StructureMeshes {
  MeshData models, decals;
  std::vector<glm::vec3> line_points;      // of outlines
  std::vector<std::uint32_t> line_features, line_starts;
};
StructureMeshes mesh_structures(StructureLayer& layer, const geo::LocalFrame& frame, const inspection::Day& day);

}  // namespace tenbo::runtime
