#pragma once
// City objects: attributes into the feature table, the best level of detail into the mesh. One parser a worker and
// part of a file; nothing here is shared but the tables that say so.
#include <atomic>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "appearance.h"
#include "code_lists.h"
#include "geometry.h"
#include "mesher.h"
#include "names.h"
#include "notes.h"
#include "tenbo/geo/features.h"
#include "tenbo/io/city.h"

namespace tenbo::io::city {

// What all parts of one file share. Read-only while members are parsed, except the tables that lock for themselves.
struct FileContext {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::filesystem::path dir;  // code lists and pictures are looked for from here
  Namespaces names;
  const CrsEntry* crs = nullptr;  // of the file's envelope
  int dimension = 0;
  Appearance appearance;          // of the whole model
  CrsTable* crs_table = nullptr;
  CodeLists* code_lists = nullptr;
  TextureTable* textures = nullptr;
  const TileGrid* grid = nullptr;
  bool meshes = true;
  mutable std::atomic<std::int64_t> copies_left{20'000'000};  // points that references between objects may still multiply
};

// Geometry that other objects refer to, by gml:id, as the file has it.
using ExternalGeometry = std::unordered_map<std::string_view, Geometry>;

// A city object whose geometry refers to something outside it: its mesh is made once that is found.
struct Deferred {
  const char* at;         // its start tag
  std::uint32_t feature;
};

class MemberParser {
 public:
  explicit MemberParser(const FileContext& file);
  ~MemberParser();
  MemberParser(const MemberParser&) = delete;
  MemberParser& operator=(const MemberParser&) = delete;

  // Call after `start` of a cityObjectMember, featureMember or featureMembers; returns after its end. false: the XML
  // is broken, and the object it broke in is left out.
  bool parse_members(XmlCursor& xml);
  // Again, for a deferred object: only its mesh, with what it refers to. `extent`: of the feature, grown.
  bool parse_deferred(XmlCursor& xml, std::uint32_t feature, const ExternalGeometry& external, geo::Extent& extent);

  geo::FeatureTable features;
  Mesher mesher;
  Notes notes;
  geo::Extent extent;
  std::uint32_t lod_mask = 0;
  std::vector<Deferred> deferred;
  std::unordered_set<std::string_view> wanted;  // ids that deferred objects refer to
  std::vector<const CrsEntry*> failed_crs;      // met, but nothing can be placed in them
  bool met_no_crs = false;

 private:
  enum class Generic : std::uint8_t { none, text, integer, real, set };
  struct Frame {
    std::string_view name;
    std::uint32_t path_base = 0;
    std::int8_t lod = -1;
    std::uint16_t unit = 0;
    bool object = false, has_child = false, interior = false;
    Generic generic = Generic::none;
    std::string_view generic_name, code_space, uom, href;
  };
  struct Unit {
    bool installation = false;  // stands beside the main geometry and never replaces it
  };
  struct Value {
    std::uint32_t name;
    geo::AttributeType type;
    std::string_view text;
    std::int64_t integer = 0;
    double real = 0;
  };

  bool object(XmlCursor& xml);
  void element(const XmlTag& tag);
  void leaf(const Frame& frame);
  void add(std::string_view name, std::string_view text, const Frame& frame, std::string_view local, std::string_view prefix);
  void add_text(std::string_view name, std::string_view text);
  std::uint32_t name_id(std::string_view name);
  std::string_view keep(std::string text);
  std::string_view clean(std::string_view raw, bool literal, bool trimmed = true);
  const CodeList* code_list(std::string_view code_space);

  void finish_geometry(const char* at, std::uint32_t feature, geo::Extent& feature_extent);
  bool resolve_inside();
  void append_external();
  void transform();
  void place_implicit(const CrsRun& run, std::size_t end);
  geo::Transformer* transformer(const CrsEntry& entry);
  void choose();
  void mend_solids(const geo::Extent& box);
  void emit(std::uint32_t feature, const geo::Extent& feature_extent);
  void emit_polygon(const Polygon& polygon, bool flip, std::uint32_t feature, const TileGrid::Tile* tile, Rgba8 colour);

  const FileContext& file_;
  Namespaces names_;
  GeometryParser geometry_parser_;
  Geometry geometry_;
  Appearance local_appearance_;
  std::vector<Frame> frames_;
  std::string path_;
  std::string_view text_;
  std::string joined_text_;
  bool text_literal_ = false;
  std::string address_;
  std::vector<Unit> units_;
  std::vector<Value> values_;
  std::deque<std::string> kept_;
  TextMap<std::uint32_t> name_ids_;
  std::deque<std::string> name_texts_;
  std::unordered_map<std::string_view, const CodeList*> code_lists_;
  std::string_view last_space_;
  const CodeList* last_list_ = nullptr;
  std::string_view type_prefix_, type_local_;
  CityTheme theme_ = CityTheme::other;
  bool ground_ = false;
  const ExternalGeometry* external_ = nullptr;  // second pass

  // choice of one object
  struct IdSlot { std::size_t hash; std::uint32_t id; };
  std::vector<IdSlot> id_slots_;
  std::vector<std::uint8_t> chosen_;  // by polygon: 0 no, 1 yes, 2 yes and turned over
  std::vector<std::int32_t> resolved_;  // by reference: GeometryId, -1 none
  std::vector<std::uint8_t> bad_;       // by polygon
  struct Volume {
    double signed_sum = 0, absolute = 0, all_area = 0;
    glm::dvec3 area{0};
    bool open = false;
  };
  std::vector<Volume> volumes_;
  std::vector<std::uint8_t> id_done_;   // by GeometryId: 1 expanded as it stands, 2 turned over
  std::unordered_map<const CrsEntry*, std::unique_ptr<geo::Transformer>> transformers_;
  std::vector<geo::GeoPoint> face_points_;
  std::vector<std::uint32_t> face_starts_;
  std::vector<std::array<float, 2>> face_uv_;
};

}  // namespace tenbo::io::city
