#pragma once
// What one frame shows, as plain data: the only crossing from the scene to the GPU. Nothing here knows longitude or
// time. Frame of reference ("view frame"): axes east, north, up at the scene's anchor; origin at the camera; float
// metres. Doubles became camera-relative floats when this was filled.
#include <array>
#include <cstdint>
#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <string>
#include <vector>

#include "tenbo/base/handle.h"
#include "tenbo/base/image.h"
#include "tenbo/base/mesh.h"

namespace tenbo::render {

struct MeshTag; struct TextureTag; struct FeatureTableTag; struct GridTag; struct LineTag; struct PointsTag;
using MeshHandle = Handle<MeshTag>;              // triangles (MeshData)
using TextureHandle = Handle<TextureTag>;        // RGBA8 picture, mip-mapped
using FeatureTableHandle = Handle<FeatureTableTag>;  // FeatureStyle per feature
using GridHandle = Handle<GridTag>;              // one field slice: R32F texture, NaN = unknown
using LineHandle = Handle<LineTag>;              // poly-lines
using PointsHandle = Handle<PointsTag>;          // points of one box, each with its colour

// Per-feature state, indexed by Vertex::feature; 16 bytes on the GPU. Recolouring a layer rewrites only this.
struct FeatureStyle {
  Rgba8 colour{255, 255, 255, 0};  // alpha 0: the layer's own colour
  Rgba8 hazard{0, 0, 0, 0};        // official colour of the hazard class; alpha 0: none. Drawn flat and exact
  float hazard_height = 0;         // m: walls below this height (scene's datum) show the hazard colour
  std::uint32_t flags = 0;         // FeatureFlags
};
enum FeatureFlags : std::uint32_t {
  feature_hidden = 1, feature_selected = 2, feature_hazard_unknown = 4 /* hatched grey */, feature_dimmed = 8,
  feature_hatched = 16,   // draped: striped in its own colour
  feature_own_alpha = 32, // draped: the colour's alpha counts, too
};

// How a draw is shaded.
enum class Material : std::uint8_t {
  city,      // clay, sun, shadow, ambient occlusion; hazard colour below hazard_height; texture where given
  terrain,   // quiet tint by height and slope, hill shading; texture = imagery (desaturated by `saturation`)
  draped,    // polygons lying on the ground: flat colour with opacity, depth-biased towards the camera
  ground,    // the plain base under a scene without terrain
  water_body,  // sea and rivers: calm blue-grey with a slight fresnel
};

struct MeshDraw {
  MeshHandle mesh;
  TextureHandle texture;           // optional
  FeatureTableHandle features;     // optional
  Material material = Material::city;
  glm::mat4 model{1};              // tile frame -> view frame
  float origin_height = 0;         // m, scene's datum, of the tile frame's origin; a vertex's height is origin_height and
                                   // what it is farther than `radius` from the point so far below the origin
  float radius = 6371009;          // m, of the sphere that fits the Earth there
  Rgba8 colour{232, 228, 220, 255};  // the layer's own colour
  float opacity = 1;
  float saturation = 0.4f;         // of imagery: 0 grey .. 1 as it is
  std::uint32_t layer = 0;         // for picking: returned with the feature
  std::uint32_t part = 0;          // the same: a part of the layer whose features are counted by themselves
  glm::vec3 bounds_min{0}, bounds_max{0};  // in the tile frame, for culling
  bool casts_shadow = true;
  bool uncut = false;              // the section plane leaves it whole
  bool on_ground = false;          // what is draped: it lies on the terrain, see Outlook::ground_error
  bool baked_light = false;        // city: the vertices carry their light (with_light in base/mesh.h)
  bool closed = false;             // solids with their faces outwards: those that look away may be left out
  bool vertex_colours = false;     // without a texture: u of each vertex is r + 256 g + 65536 b (0 to 255, encoded), in
                                   // place of `colour` where the feature has none of its own. City and ground alone
  bool operator==(const MeshDraw&) const = default;
};

struct LineDraw {
  LineHandle lines;
  FeatureTableHandle features;
  glm::mat4 model{1};
  Rgba8 colour{255, 255, 255, 255};
  float width = 2;                 // px
  float opacity = 1;
  std::uint32_t layer = 0;
  bool draped = false;             // lies on the ground: see Outlook::ground_error
  bool operator==(const LineDraw&) const = default;
};

// Points of one box, as squares or discs on the screen in their exact colours. Any first `count` of them are an even choice of all.
struct PointDraw {
  PointsHandle points;
  std::uint32_t count = 0;         // how many of those that are shown
  glm::mat4 model{1};              // box (0..1 on each axis) -> view frame
  float size = 3;                  // px
  bool round = false;
  float opacity = 1;
  std::uint32_t layer = 0, part = 0;  // for picking: returned with the point's number as its feature
  bool operator==(const PointDraw&) const = default;
};

// A field drawn as a water surface and as its classes. Its mesh is a grid of (columns+1) x (rows+1) vertices made with
// Renderer::create_field_mesh: vertex z = ground height, u,v = cell coordinates / grid size.
// Indices that belong together: those of the cells x0 <= x < x1, y0 <= y < y1. Where no such cell reaches the palette's
// first class at a step, they are not drawn at all.
struct FieldBlock {
  std::uint32_t first_index = 0, index_count = 0;
  std::uint32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};
enum class WaterMode : std::uint8_t { both, classes, surface };
struct PaletteStop { float from = 0; Rgba8 colour; bool operator==(const PaletteStop&) const = default; };  // class reaches from `from` (inclusive) to the next stop
struct FieldDraw {
  MeshHandle mesh;
  GridHandle values;               // the step whose values count: classes are made from this alone
  GridHandle next;                 // the step after it; optional
  float blend = 0;                 // 0..1 towards next: moves the water's surface, never the class
  glm::mat4 model{1};
  float origin_height = 0;
  bool as_depth = true;            // values are metres of water above the ground: raise the surface by them
  std::vector<PaletteStop> palette;  // ascending, at most 16; below the first: transparent
  WaterMode mode = WaterMode::both;
  bool hatched = false;            // cells whose value has its last bit set are hatched, dry ones too
  bool unknown_hatched = false;    // cells without a value are striped; else nothing is drawn of them
  float opacity = 1;
  std::uint32_t layer = 0;
  bool operator==(const FieldDraw&) const = default;
};

// Screen-space triangles over the picture, in pixels from the top left corner; Dear ImGui's draw data has this shape.
struct OverlayVertex { float x, y, u, v; std::uint32_t rgba; };  // straight alpha, r in the low byte
struct OverlayCommand {
  glm::vec4 clip{0, 0, 1e9f, 1e9f};  // x0, y0, x1, y1
  std::uint32_t first_index = 0, index_count = 0;
  std::uint32_t vertex_offset = 0;
  TextureHandle texture;             // none: the glyph atlas (alpha in r; its white texel for plain shapes)
};
struct OverlayList {
  std::vector<OverlayVertex> vertices;
  std::vector<std::uint32_t> indices;
  std::vector<OverlayCommand> commands;
};

// software: chosen by itself on a CPU device. balanced: on a GPU. wall: for large walls, asked for: finer shadows and
// ambient occlusion.
enum class Quality : std::uint8_t { software, balanced, wall };

// From where a scene is seen, and in which light.
struct Outlook {
  glm::uvec2 size{1920, 1080};     // px
  glm::mat4 view{1};               // view frame -> eye (rotation only: the camera is the origin)
  float fov_y = 0.6283185f;        // radians
  float near_plane = 0.5f;         // m; the far plane is infinite, depth reversed
  glm::vec3 anchor{0};             // m, view frame: a point that stays put in the world, however the camera moves
  float camera_height = 1000;      // m above the ground or datum: scales haze and shadow range
  glm::vec3 sun_direction{0.4f, -0.5f, 0.77f};  // towards the sun, in the view frame
  bool night_theme = false;
  float baked_sun = 1;             // 0..1: how far the sun stands where baked shadows have it
  bool baked_city = false;         // the scene has a city with baked light, though none of it may be in view
  float haze_distance = 40'000;    // m at which distance haze has taken half
  float ground_error = 0;          // px that the terrain may be off on the screen; what is draped on it is lifted by as much
  Rgba8 selection_colour{255, 196, 0, 255};
  glm::vec4 section{0};            // where xyz is not 0: what has dot(xyz, p) + w < 0 is cut away, p in the view frame; nothing casts shadows then
  std::uint32_t accumulate = 1;    // jittered samples averaged into this frame (1 = none; stills use 8 or 16)
  bool operator==(const Outlook&) const = default;
};
// All that a frame shows under its overlay. Two that are equal make the same picture, as long as what their handles name has not changed.
struct SceneView : Outlook {
  std::vector<MeshDraw> meshes;
  std::vector<LineDraw> lines;
  std::vector<FieldDraw> fields;
  std::vector<PointDraw> points;
  bool operator==(const SceneView&) const = default;
};
struct FrameView : SceneView {
  OverlayList overlay;             // drawn last, over everything
};

struct PickResult {
  bool hit = false;
  std::uint32_t layer = 0, part = 0;
  std::uint32_t feature = no_feature;
  float depth = 0;                 // reversed-Z device depth of the surface
  glm::vec3 position{0};           // view frame, m
};

struct FrameStats {
  std::uint64_t triangles = 0;     // submitted to the main pass
  std::uint64_t points = 0;        // the same
  std::uint64_t draws = 0;
  double cpu_ms = 0, gpu_ms = 0;   // of the last completed frame; gpu 0 where it cannot be measured
  double record_ms = 0;            // CPU: from the view to the submission
  bool scene_kept = false;         // nothing under the overlay had changed, and it was not drawn anew; `triangles` and `draws` are 0
  bool base_kept = false;          // what is opaque had not changed, and was not drawn anew: `triangles` and `draws` are of what lies over it
  struct Pass { std::string name; double ms = 0; };
  std::vector<Pass> passes;        // of that frame on the GPU, in order; empty where it cannot be measured
  // Where drawing is GPU-driven, counted there; a cluster is up to 128 triangles of one mesh. They and `triangles` are of
  // the last completed frame then.
  struct Clusters {
    std::uint64_t tested = 0;      // of all meshes that the view names
    std::uint64_t in_view = 0;     // not outside the picture, and not turned away
    std::uint64_t drawn = 0;
    std::uint64_t drawn_first = 0; // of them, because they were seen in the frame before
    std::uint64_t shadow_triangles = 0;
  } clusters;
};

}  // namespace tenbo::render
