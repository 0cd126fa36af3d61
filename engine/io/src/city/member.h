#pragma once
// City objects: attributes into the feature table, the best level of detail into the mesh. One parser a worker and
// file; nothing here is shared but the tables that say so.
#include <string>
#include <string_view>
#include <vector>

#include "attributes.h"
#include "drawing.h"
#include "placing.h"
#include "text.h"

namespace tenbo::io::city {

class MemberParser {
 public:
  explicit MemberParser(const FileContext& file);
  MemberParser(const MemberParser&) = delete;
  MemberParser& operator=(const MemberParser&) = delete;

  // Call after `start` of a cityObjectMember, featureMember or featureMembers; returns after its end. false: the XML
  // is broken, and the object it broke in is left out.
  bool parse_members(XmlCursor& xml);
  // Again, for a deferred object: only its mesh, with what it refers to. `extent`: of the feature, grown.
  bool parse_deferred(XmlCursor& xml, std::uint32_t feature, const ExternalGeometry& external, geo::Extent& extent);
  // Before a member that may not be there as a whole, and after it broke for that reason. false: objects of it have been taken already.
  struct Mark { Notes::Mark notes; std::uint32_t features; };
  Mark mark() const { return {out_.notes.mark(), out_.features.size()}; }
  bool back_to(const Mark& mark) {
    if (out_.features.size() != mark.features) return false;
    out_.notes.back_to(mark.notes);
    return true;
  }
  // Whether an appearanceMember stood within an object: it is the whole model's.
  bool met_appearance() const { return met_appearance_; }
  // What was parsed since the last call was read in that window: its places become the text's own.
  void move_places(const TextWindow& window);
  void fail(const char* at, std::string message) { out_.notes.fail(at, std::move(message)); }
  // What was parsed since the last call.
  Harvest take();

 private:
  bool object(XmlCursor& xml);
  void begin_object(const XmlTag& tag);
  bool child(XmlCursor& xml);
  void open(const XmlTag& tag, const Element& element);
  void read_xml_attributes(const XmlTag& tag, ElementFrame& frame);
  void close();
  void take_text(const XmlCursor& xml);

  void begin_part(const XmlTag& tag, ElementFrame& frame);
  void describe_part(const ElementFrame& leaf, CityElement& part, std::string_view text);
  void drop_parts() { out_.elements.resize(first_part_); }
  void finish_geometry(const char* at, std::uint32_t feature, geo::Extent& feature_extent);
  void measure(geo::Extent& feature_extent);

  const FileContext& file_;
  Harvest out_;
  bool met_appearance_ = false;
  std::size_t moved_notes_ = 0, moved_deferred_ = 0;  // of out_
  Namespaces names_;
  ElementTable elements_;
  TextCleaner texts_;
  AttributeReader attributes_;
  GeometryParser geometry_parser_;
  Placer placer_;
  Chooser chooser_;
  Drawer drawer_;

  // the object being read
  std::string type_;
  std::string_view id_;
  CityTheme theme_ = CityTheme::other;
  bool ground_ = false;
  bool has_parts_ = false;         // a bridge or tunnel: what stands within it is kept
  std::uint32_t feature_ = 0;      // its number, once it has one
  std::uint32_t first_part_ = 0;   // of out_.elements: this object's
  Geometry geometry_;
  Appearance local_appearance_;
  MappedCoordinates mapped_;
  std::vector<ElementFrame> frames_;
  std::vector<Unit> units_;
  std::string_view text_;  // of the element that is open, so far
  bool text_literal_ = false;
  std::string joined_text_;  // where it comes in pieces
  References references_;
  std::vector<std::uint8_t> bad_;  // by polygon: it cannot be placed
  const ExternalGeometry* external_ = nullptr;  // second pass
};

}  // namespace tenbo::io::city
