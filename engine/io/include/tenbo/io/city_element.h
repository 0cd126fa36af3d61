#pragma once
// The parts of a bridge or tunnel that its file names itself: what of CityGML stands within it (BridgePart, BridgeConstructionElement,
// OuterCeilingSurface ...), each element of IFC. A triangle belongs to the innermost that holds it.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tenbo::io {

inline constexpr std::uint32_t no_element = 0xFFFFFFFFu;

struct CityElement {
  std::uint32_t whole = 0;              // feature: the bridge or tunnel that it is part of
  std::uint32_t own = 0xFFFFFFFFu;      // its own feature (IFC); no_feature: it has none (CityGML)
  std::uint32_t parent = no_element;    // the element around it
  std::string id;                       // gml:id or GlobalId; empty = it has none
  std::string tag;                      // of IFC: Tag
  std::string type;                     // "brid:BridgeConstructionElement", "IfcBeam"
  std::string name;                     // gml:name, Name
  std::string role;                     // what it serves as, in the file's words: function, class, usage; PredefinedType, ObjectType; empty = not said
};

// Triangles from `first_index` on, up to the next run's, belong to `element`, or to none.
struct ElementRun {
  std::uint32_t first_index = 0;        // of MeshData::indices
  std::uint32_t element = no_element;   // of CityModel::elements
};
// Of the triangle that begins at an index; runs ascend. Asked for ascending indices it takes no search: `hint` is where it was found last.
inline std::uint32_t element_at(std::span<const ElementRun> runs, std::size_t index, std::size_t& hint) {
  if (hint >= runs.size() || runs[hint].first_index > index) hint = 0;
  while (hint + 1 < runs.size() && runs[hint + 1].first_index <= index) ++hint;
  return runs.empty() || runs[hint].first_index > index ? no_element : runs[hint].element;
}
// The same of meshes joined end to end: `first_index` of the second, `shift` of its elements.
void append_runs(std::vector<ElementRun>& runs, std::span<const ElementRun> more, std::size_t first_index, std::uint32_t shift);

}  // namespace tenbo::io
