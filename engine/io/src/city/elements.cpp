#include "elements.h"

#include <algorithm>
#include <array>

namespace tenbo::io::city {
namespace {

constexpr std::array<std::string_view, 24> geometries = {
    "MultiSurface", "Solid", "CompositeSurface", "Polygon", "Surface", "PolyhedralSurface", "TriangulatedSurface", "Tin",
    "MultiSolid", "CompositeSolid", "OrientableSurface", "MultiGeometry", "GeometricComplex", "MultiPoint", "Point", "MultiCurve",
    "LineString", "Curve", "CompositeCurve", "OrientableCurve", "ImplicitGeometry", "Shell", "LinearRing", "Ring"};
constexpr std::array<std::string_view, 9> ways_inside = {
    "buildingRoom", "buildingSubdivision", "buildingUnit", "hollowSpace", "bridgeRoom", "roomInstallation", "buildingFurniture",
    "bridgeFurniture", "tunnelFurniture"};
constexpr std::pair<std::string_view, GeometryTag> tags[] = {
    {"posList", GeometryTag::pos_list}, {"pos", GeometryTag::pos}, {"coordinates", GeometryTag::coordinates},
    {"Polygon", GeometryTag::polygon}, {"PolygonPatch", GeometryTag::polygon}, {"Triangle", GeometryTag::polygon},
    {"Rectangle", GeometryTag::polygon}, {"LinearRing", GeometryTag::ring}, {"Ring", GeometryTag::ring},
    {"OrientableSurface", GeometryTag::orientable}, {"Solid", GeometryTag::solid}, {"ImplicitGeometry", GeometryTag::implicit},
    {"relativeGMLGeometry", GeometryTag::relative}, {"relativeGeometry", GeometryTag::relative},
    {"transformationMatrix", GeometryTag::matrix}, {"libraryObject", GeometryTag::library}, {"Envelope", GeometryTag::envelope}};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Element describe(std::string_view name) {
  Element e;
  e.name = name;
  const std::string_view local = e.local = local_name(name);
  const auto is_one_of = [&](const auto& list) { return std::find(list.begin(), list.end(), local) != list.end(); };
  e.is_object = !local.empty() && local[0] >= 'A' && local[0] <= 'Z';
  if (local.size() > 3 && local.starts_with("lod") && local[3] >= '0' && local[3] <= '4') e.lod = static_cast<std::int8_t>(local[3] - '0');
  for (const auto& [tag, kind] : tags)
    if (tag == local) e.geometry = kind;
  e.begins_geometry = is_one_of(geometries);
  e.is_passed_over = local == "Envelope" || local == "Null";
  e.is_appearance = local == "Appearance";
  e.is_appearance_member = local == "appearanceMember";
  e.makes_unit = e.is_object && !local.ends_with("Surface") && local != "Door" && local != "Window" && !local.ends_with("Attribute");
  e.is_installation = contains(local, "Installation") || contains(local, "Furniture");
  e.leads_inside = local.starts_with("interior") || is_one_of(ways_inside);
  e.is_address = local == "xalAddress" || local == "Address";
  for (const std::string_view end : {"ID", "Id", "id", "Code", "code", "Name", "name"}) e.is_always_text = e.is_always_text || local.ends_with(end);
  e.is_always_text = e.is_always_text || local == "identifier" || local == "description";
  e.is_level = local == "lod";
  e.is_measured_height = local == "measuredHeight";
  e.is_name = local == "name";
  e.is_value = local == "value";

  e.may_be_generic = local.ends_with("Attribute") || local.ends_with("AttributeSet");
  using Kind = std::pair<std::string_view, Generic>;
  for (const auto& [tag, kind] : {Kind{"stringAttribute", Generic::text}, Kind{"dateAttribute", Generic::text}, Kind{"uriAttribute", Generic::text},
                                  Kind{"intAttribute", Generic::integer}, Kind{"doubleAttribute", Generic::real},
                                  Kind{"measureAttribute", Generic::real}, Kind{"genericAttributeSet", Generic::set}})
    if (tag == local) e.named_generic = kind;
  for (const auto& [tag, kind] : {Kind{"StringAttribute", Generic::text}, Kind{"DateAttribute", Generic::text}, Kind{"UriAttribute", Generic::text},
                                  Kind{"CodeAttribute", Generic::text}, Kind{"IntAttribute", Generic::integer}, Kind{"DoubleAttribute", Generic::real},
                                  Kind{"MeasureAttribute", Generic::real}, Kind{"GenericAttributeSet", Generic::set}})
    if (tag == local) e.named_generic = e.unnamed_generic = kind;
  return e;
}

}  // namespace

const Element& ElementTable::add(std::string_view name) {
  if ((elements_.size() + 1) * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, nullptr);
    for (const Element& e : elements_) {
      std::size_t slot = hash(e.name);
      while (slots_[slot & (slots_.size() - 1)] != nullptr) ++slot;
      slots_[slot & (slots_.size() - 1)] = &e;
    }
  }
  names_.emplace_back(name).append(8, '\0');  // that same_bytes() may read
  Element& e = elements_.emplace_back(describe({names_.back().data(), name.size()}));
  e.index = static_cast<std::uint32_t>(elements_.size() - 1);
  std::size_t slot = hash(name);
  while (slots_[slot & (slots_.size() - 1)] != nullptr) ++slot;
  slots_[slot & (slots_.size() - 1)] = &e;
  return e;
}

}  // namespace tenbo::io::city
