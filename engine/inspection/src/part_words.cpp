#include "tenbo/inspection/part_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace tenbo::inspection {
namespace {

using Entry = std::pair<std::string_view, Member>;

// Classes that are one member whatever else they say (IFC 4.3.2.0, ISO 16739-1:2024).
constexpr auto fixed = std::to_array<Entry>({
    {"IfcBearing", Member::bearing}, {"IfcRailing", Member::railing}, {"IfcFooting", Member::foundation}, {"IfcPile", Member::foundation},
    {"IfcDeepFoundation", Member::foundation}, {"IfcCaissonFoundation", Member::foundation}, {"IfcTendon", Member::cable}, {"IfcTendonAnchor", Member::cable},
    {"IfcTendonConduit", Member::cable}, {"IfcPavement", Member::pavement}, {"IfcCourse", Member::pavement}, {"IfcSign", Member::attachment},
    {"IfcSignal", Member::attachment}, {"IfcVibrationDamper", Member::attachment}, {"IfcVibrationIsolator", Member::bearing},
    {"InteriorWallSurface", Member::lining}, {"CeilingSurface", Member::lining}, {"FloorSurface", Member::pavement}, {"OuterFloorSurface", Member::deck}});

// PredefinedType, of IfcBeam, IfcColumn, IfcSlab, IfcPlate, IfcMember, IfcWall, IfcElementAssembly, IfcBridgePart, IfcDiscreteAccessory.
constexpr auto predefined = std::to_array<Entry>({
    {"DIAPHRAGM", Member::cross_beam}, {"GIRDER_SEGMENT", Member::main_girder}, {"T_BEAM", Member::main_girder}, {"HOLLOWCORE", Member::main_girder}, {"PIERCAP", Member::pier},
    {"EDGEBEAM", Member::other}, {"CORNICE", Member::other}, {"PIERSTEM", Member::pier}, {"PIERSTEM_SEGMENT", Member::pier},
    {"BASESLAB", Member::foundation}, {"APPROACH_SLAB", Member::other}, {"PAVING", Member::pavement}, {"WEARING", Member::pavement}, {"SIDEWALK", Member::pavement},
    {"FLANGE_PLATE", Member::main_girder}, {"WEB_PLATE", Member::main_girder}, {"STIFFENER_PLATE", Member::main_girder}, {"SPLICE_PLATE", Member::main_girder},
    {"ARCH_SEGMENT", Member::arch}, {"CHORD", Member::truss}, {"BRACE", Member::cross_beam}, {"STRUT", Member::cross_beam}, {"STRINGER", Member::cross_beam},
    {"STAY_CABLE", Member::cable}, {"STRUCTURALCABLE", Member::cable}, {"SUSPENDER", Member::cable}, {"SUSPENSION_CABLE", Member::cable},
    {"PARAPET", Member::railing}, {"ABUTMENT", Member::abutment}, {"PIER", Member::pier}, {"PIER_SEGMENT", Member::pier}, {"DECK", Member::deck},
    {"DECK_SEGMENT", Member::deck}, {"SLAB_FIELD", Member::deck}, {"FOUNDATION", Member::foundation}, {"SURFACESTRUCTURE", Member::pavement}, {"PYLON", Member::other},
    {"MAST", Member::other}, {"GIRDER", Member::main_girder}, {"BEAM_GRID", Member::main_girder}, {"CROSS_BRACING", Member::cross_beam}, {"ARCH", Member::arch},
    {"TRUSS", Member::truss}, {"SUSPENSIONASSEMBLY", Member::cable}, {"GRATING", Member::deck}, {"EXPANSION_JOINT_DEVICE", Member::expansion_joint}});

// Where neither type nor name says more.
constexpr auto otherwise = std::to_array<Entry>({{"IfcBeam", Member::main_girder}, {"IfcBeamStandardCase", Member::main_girder}, {"IfcColumn", Member::pier},
                                                 {"IfcColumnStandardCase", Member::pier}, {"IfcSlab", Member::deck}, {"IfcSlabStandardCase", Member::deck}});

template <class Table>
Member find(const Table& table, std::string_view word) {
  const auto it = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.first == word; });
  return it == table.end() ? Member::unknown : it->second;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

// "Deck girder 1" is a girder where it is a beam: a word that the class cannot be is not what the name is about.
bool can_be(std::string_view type, Member m) {
  if (type.starts_with("IfcBeam"))
    return m == Member::main_girder || m == Member::cross_beam || m == Member::arch || m == Member::truss || m == Member::pier || m == Member::abutment || m == Member::railing;
  if (type.starts_with("IfcColumn")) return m == Member::pier || m == Member::column || m == Member::abutment || m == Member::arch;
  if (type.starts_with("IfcSlab")) return m == Member::deck || m == Member::foundation || m == Member::pavement || m == Member::abutment || m == Member::pier;
  if (type.starts_with("IfcWall")) return m != Member::wall;  // "Breast wall": of what it is part of
  return true;
}

bool says(Member m) { return m != Member::unknown && m != Member::other; }

}  // namespace

Member member_of_part(std::string_view type, std::string_view role, std::string_view name) {
  const bool ifc = type.starts_with("Ifc");
  if (const auto colon = type.find(':'); colon != std::string_view::npos) type.remove_prefix(colon + 1);
  if (const auto m = find(fixed, type); m != Member::unknown) return m;
  const auto slash = role.find(" / ");
  const std::string_view first = role.substr(0, slash), rest = slash == std::string_view::npos ? std::string_view() : role.substr(slash + 3);
  if (ifc) {
    if (const auto m = find(predefined, upper(first)); m != Member::unknown) return m;
    for (const auto word : {name, rest})
      if (const auto m = read_member(word); says(m) && can_be(type, m)) return m;
    return find(otherwise, type);
  }
  for (const auto word : {role, name})
    if (const auto m = read_member(word); says(m)) return m;
  return Member::unknown;
}

}  // namespace tenbo::inspection
