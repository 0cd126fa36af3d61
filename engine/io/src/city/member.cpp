#include "member.h"

#include <cmath>

namespace tenbo::io::city {

MemberParser::MemberParser(const FileContext& file)
    : file_(file), names_(file.names), attributes_(file, names_, texts_), geometry_parser_(elements_, *file.crs_table, out_.notes),
      placer_(file), drawer_(file) {
  names_.hold();  // the root's stay
  attributes_.begin_table();
}

Harvest MemberParser::take() {
  out_.parts = drawer_.mesher.take();
  out_.triangles = drawer_.mesher.triangles;
  drawer_.mesher.triangles = 0;
  attributes_.begin_table();
  moved_notes_ = moved_deferred_ = 0;
  return std::exchange(out_, {});
}

void MemberParser::move_places(const TextWindow& window) {
  for (; moved_notes_ < out_.notes.kept.size(); ++moved_notes_) out_.notes.kept[moved_notes_].at = window.home(out_.notes.kept[moved_notes_].at);
  for (; moved_deferred_ < out_.deferred.size(); ++moved_deferred_) out_.deferred[moved_deferred_].at = window.home(out_.deferred[moved_deferred_].at);
}

bool MemberParser::parse_members(XmlCursor& xml) {
  const std::size_t outside = xml.depth() - 1;
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start:
        if (!object(xml)) {
          drop_parts();
          return false;
        }
        break;
      case XmlEvent::end:
        if (xml.depth() == outside) return true;
        break;
      case XmlEvent::text: break;
      case XmlEvent::done:
      case XmlEvent::error: return false;
    }
  }
}

bool MemberParser::parse_deferred(XmlCursor& xml, std::uint32_t feature, const ExternalGeometry& external, geo::Extent& feature_extent) {
  external_ = &external;
  feature_ = feature;
  if (xml.next() != XmlEvent::start) return false;
  const char* const at = xml.tag().at;
  if (!object(xml)) {
    drop_parts();
    return false;
  }
  finish_geometry(at, feature, feature_extent);
  return true;
}

void MemberParser::begin_object(const XmlTag& tag) {
  names_.release();  // of an object that broke
  if (!tag.attributes.empty()) names_.declare(tag);
  texts_.clear();
  type_ = names_.canonical_name(tag.name);
  id_ = texts_.clean(tag.attribute_local("id"), false, out_.notes);
  const std::string_view prefix = prefix_of(type_);
  theme_ = theme_of(prefix, local_name(type_));
  ground_ = theme_ == CityTheme::relief || theme_ == CityTheme::road || theme_ == CityTheme::water || prefix == "luse" || prefix == "urf";
  if (external_ == nullptr) feature_ = out_.features.size();
  has_parts_ = file_.meshes && (prefix == "brid" || prefix == "tun");
  first_part_ = static_cast<std::uint32_t>(out_.elements.size());
  attributes_.begin_object();
  geometry_.clear();
  local_appearance_.clear();
  units_.assign(1, {});
  frames_.clear();
  frames_.push_back({&elements_.get(tag.name)});
  frames_.back().has_child = true;
  text_ = {};
  joined_text_.clear();
}

// One top-level city object, from its start tag to its end.
bool MemberParser::object(XmlCursor& xml) {
  const std::size_t outside = xml.depth() - 1;
  const char* const at = xml.tag().at;
  begin_object(xml.tag());
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start:
        if (!child(xml)) return false;
        break;
      case XmlEvent::text:
        take_text(xml);
        break;
      case XmlEvent::end: {
        if (xml.depth() != outside) {
          close();
          break;
        }
        names_.release();
        if (external_ != nullptr) return true;
        const std::uint32_t feature = out_.features.add_feature(id_, type_);
        attributes_.write(feature, out_.features);
        geo::Extent feature_extent;
        finish_geometry(at, feature, feature_extent);
        out_.features.set_extent(feature, feature_extent);
        out_.extent.add(feature_extent);
        return true;
      }
      case XmlEvent::done:
      case XmlEvent::error: return false;
    }
  }
}

// An element below the object: geometry and appearances are read whole, all else opens a frame. false: the XML is broken.
bool MemberParser::child(XmlCursor& xml) {
  const Element& element = elements_.get(xml.tag().name);
  ElementFrame& parent = frames_.back();
  parent.has_child = true;
  text_ = {};
  joined_text_.clear();
  if (element.begins_geometry) {
    if (parent.lod >= 0) geometry_.lod_mask |= 1u << parent.lod;
    return geometry_parser_.parse(xml, {file_.crs, file_.dimension, parent.lod >= 0 ? parent.lod : std::int8_t{1}, parent.unit, parent.interior, parent.part}, geometry_);
  }
  if (element.is_passed_over) return xml.skip_element();
  if (element.is_appearance) return parse_appearance(xml, *file_.textures, file_.dir, local_appearance_, out_.notes);
  open(xml.tag(), element);
  return true;
}

void MemberParser::take_text(const XmlCursor& xml) {
  if (text_.empty() && joined_text_.empty()) {
    text_ = xml.text();
    text_literal_ = xml.literal();
  } else {  // split by a comment or CDATA
    if (joined_text_.empty()) joined_text_ = texts_.clean(text_, text_literal_, out_.notes, false);
    joined_text_ += texts_.clean(xml.text(), xml.literal(), out_.notes, false);
  }
}

// A property or type below the feature.
void MemberParser::open(const XmlTag& tag, const Element& element) {
  const ElementFrame& parent = frames_.back();
  ElementFrame frame;
  frame.element = &element;
  frame.path = attributes_.path_below(parent, frames_.size() == 1, element);
  frame.lod = parent.lod;
  frame.unit = parent.unit;
  frame.interior = parent.interior;
  frame.part = parent.part;
  met_appearance_ = met_appearance_ || element.is_appearance_member;
  if (!tag.attributes.empty()) read_xml_attributes(tag, frame);
  if (element.may_be_generic) {
    frame.generic = frame.generic_name.empty() ? element.unnamed_generic : element.named_generic;
    if (frame.generic == Generic::none) frame.generic_name = {};
  } else {
    frame.generic_name = {};
  }
  if (element.is_object) {
    if (has_parts_) begin_part(tag, frame);
    if (element.makes_unit && units_.size() < 60'000) {
      frame.unit = static_cast<std::uint16_t>(units_.size());
      units_.push_back({element.is_installation || (parent.unit != 0 && units_[parent.unit].installation)});
    }
  } else {
    if (element.lod >= 0) {
      frame.lod = element.lod;
      if (!frame.href.empty() && frame.href[0] == '#')
        geometry_.references.push_back({frame.href.substr(1), tag.at, frame.lod, frame.unit, frame.interior, false, false, -1, frame.part});
    }
    if (element.leads_inside) frame.interior = true;
  }
  frames_.push_back(frame);
}

// A part of a bridge or tunnel: a type of its own module. Attributes and addresses within it are none.
void MemberParser::begin_part(const XmlTag& tag, ElementFrame& frame) {
  const std::string type = names_.canonical_name(tag.name);
  const std::string_view prefix = prefix_of(type);
  if (prefix != prefix_of(type_) && prefix != "con") return;  // CityGML 3 has surfaces in its module of constructions
  const std::uint32_t around = frame.part;
  frame.part = static_cast<std::uint32_t>(out_.elements.size());
  frame.is_part = true;
  out_.elements.push_back({feature_, no_feature, around, std::string(texts_.clean(tag.attribute_local("id"), false, out_.notes)), {}, type, {}, {}});
}

void MemberParser::describe_part(const ElementFrame& leaf, CityElement& part, std::string_view text) {
  const std::string_view local = leaf.element->local;
  std::string* const into = local == "function" || local == "class" || local == "usage" ? &part.role : local == "name" ? &part.name : nullptr;
  if (into == nullptr || text.empty()) return;
  const std::string_view word = attributes_.word_of(leaf, text);
  if (!into->empty()) *into += " / ";
  *into += word;
}

void MemberParser::read_xml_attributes(const XmlTag& tag, ElementFrame& frame) {
  bool declares = false;
  for (const auto& a : tag.attributes) {
    const auto name = local_name(a.name);
    if (name == "codeSpace") frame.code_space = a.value;
    else if (name == "uom") frame.uom = a.value;
    else if (name == "href") frame.href = a.value;
    else if (a.name == "name") frame.generic_name = texts_.clean(a.value, false, out_.notes);
    else if (a.name.starts_with("xmlns")) declares = true;
  }
  if (declares) names_.declare(tag);
}

// The end of what open() opened.
void MemberParser::close() {
  const ElementFrame frame = frames_.back();
  frames_.pop_back();
  if (!frame.has_child) {
    const std::string_view text = joined_text_.empty() ? texts_.clean(text_, text_literal_, out_.notes) : texts_.keep(std::string(trim(joined_text_)));
    ElementFrame& parent = frames_.back();
    // dem:lod and the like say what follows, for the object they stand in
    if (frame.element->is_level && text.size() == 1 && text[0] >= '0' && text[0] <= '4') parent.lod = static_cast<std::int8_t>(text[0] - '0');
    if (parent.is_part) describe_part(frame, out_.elements[parent.part], text);
    if (external_ == nullptr) attributes_.leaf(frame, parent, text, out_.notes);
  } else if (frame.element->is_address) {
    attributes_.end_address();
  }
  text_ = {};
  joined_text_.clear();
}

void MemberParser::finish_geometry(const char* at, std::uint32_t feature, geo::Extent& feature_extent) {
  Geometry& g = geometry_;
  out_.lod_mask |= g.lod_mask;
  const bool complete = references_.resolve(g);
  if (!complete && external_ != nullptr) references_.append(g, *external_, file_, out_.notes);
  const bool whole = complete || external_ != nullptr;
  if (whole && file_.meshes) mapped_.find(g, {&file_.appearance, &local_appearance_}, file_, out_.notes);
  placer_.place(g, out_);
  measure(feature_extent);
  if (!whole) {
    drop_parts();  // the second reading has them again
    out_.deferred.push_back({at, feature});
    for (std::size_t r = 0; r < g.references.size(); ++r)
      if (references_[r] < 0) out_.wanted.emplace(g.references[r].target);
    return;
  }
  chooser_.choose(g, units_, references_, out_.notes, file_.outlines);
  if (feature_extent.empty()) return;
  chooser_.mend_solids(g, units_.size(), feature_extent, bad_);
  drawer_.draw(g, chooser_, bad_, feature_extent, {feature, theme_, ground_, local_appearance_, mapped_}, out_.notes);
}

// The extent of all coordinates that could be placed, and which polygons could not.
void MemberParser::measure(geo::Extent& feature_extent) {
  const Geometry& g = geometry_;
  const auto is_good = [&](const Ring& ring) {
    if (ring.bad) return false;
    double sum = 0;
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i) sum += g.points[i].lon + g.points[i].lat + g.points[i].height;
    if (std::isfinite(sum)) return true;  // one that is not makes the sum so
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i)
      if (!std::isfinite(g.points[i].lon + g.points[i].lat + g.points[i].height)) return false;
    return true;
  };
  const auto add_ring = [&](const Ring& ring) {
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i) feature_extent.add(g.points[i]);
  };
  bad_.assign(g.polygons.size(), 0);
  for (std::size_t i = 0; i < g.polygons.size(); ++i) {
    const Polygon& p = g.polygons[i];
    bool bad = p.ring_count == 0, told = p.ring_count == 0;
    for (std::uint32_t r = p.first_ring; r < p.first_ring + p.ring_count && !bad; ++r) {
      bad = !is_good(g.rings[r]);
      told = g.rings[r].bad;
    }
    bad_[i] = bad;
    if (!bad)
      for (std::uint32_t r = p.first_ring; r < p.first_ring + p.ring_count; ++r) add_ring(g.rings[r]);
    else if (!told && !out_.met_no_crs && out_.failed_crs.empty())
      out_.notes.warn(p.at, "a polygon lies outside what its coordinate reference system can place; it is left out",
                      "where longitude and latitude are exchanged, say \"exchange_axes\": true in its layer, or --exchange-axes");
  }
  for (const Ring& ring : g.loose)
    if (is_good(ring)) add_ring(ring);
}

}  // namespace tenbo::io::city
