#include "member.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <glm/geometric.hpp>

#include "numbers.h"
#include "tenbo/base/text.h"

namespace tenbo::io::city {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_ascii(std::string_view s) {
  unsigned char all = 0;
  for (const char c : s) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

// "lod2Solid" -> 2; -1 where the name says no level
std::int8_t lod_of(std::string_view local) {
  return local.size() > 3 && local.starts_with("lod") && is_digit(local[3]) && local[3] <= '4'
             ? static_cast<std::int8_t>(local[3] - '0') : static_cast<std::int8_t>(-1);
}

bool is_interior_property(std::string_view local) {
  return local.starts_with("interior") || local == "buildingRoom" || local == "buildingSubdivision" || local == "buildingUnit" ||
         local == "hollowSpace" || local == "bridgeRoom" || local == "roomInstallation" || local == "buildingFurniture" ||
         local == "bridgeFurniture" || local == "tunnelFurniture";
}

// Integers as people write them: no leading zeros, so that codes such as "08220" stay text.
bool parse_integer(std::string_view s, std::int64_t& out) {
  const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || digits.size() > 18 || (digits.size() > 1 && digits[0] == '0')) return false;
  for (const char c : digits)
    if (!is_digit(c)) return false;
  return std::from_chars(s.data(), s.data() + s.size(), out).ec == std::errc();
}

bool parse_real(std::string_view s, double& out) {
  if (s.starts_with('+')) s.remove_prefix(1);
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
  return error == std::errc() && end == s.data() + s.size() && std::isfinite(out);
}

bool looks_real(std::string_view s) {
  const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || !is_digit(digits[0]) || (digits.size() > 1 && digits[0] == '0' && digits[1] != '.')) return false;
  return std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+'; });
}

// Names and identifiers are text, whatever digits they are made of.
bool is_always_text(std::string_view local) {
  return local.ends_with("ID") || local.ends_with("Id") || local.ends_with("id") || local.ends_with("Code") || local.ends_with("code") ||
         local.ends_with("Name") || local.ends_with("name") || local == "identifier" || local == "description";
}

}  // namespace

MemberParser::MemberParser(const FileContext& file)
    : mesher(*file.grid, file.meshes), file_(file), names_(file.names), geometry_parser_(*file.crs_table, notes) {}

MemberParser::~MemberParser() {
  for (auto& [entry, transformer] : transformers_) file_.crs_table->give_back(*entry, std::move(transformer));
}

bool MemberParser::parse_members(XmlCursor& xml) {
  const std::size_t outside = xml.depth() - 1;
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start:
        if (!object(xml)) return false;
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
  if (xml.next() != XmlEvent::start) return false;
  const char* const at = xml.tag().at;
  if (!object(xml)) return false;
  finish_geometry(at, feature, feature_extent);
  return true;
}

// One top-level city object, from its start tag to its end.
bool MemberParser::object(XmlCursor& xml) {
  const std::size_t outside = xml.depth() - 1;
  names_.hold();
  const char* const at = xml.tag().at;
  if (!xml.tag().attributes.empty()) names_.declare(xml.tag());
  const std::string type = names_.canonical_name(xml.tag().name);
  const std::string_view id = clean(xml.tag().attribute_local("id"), false);
  type_prefix_ = prefix_of(type);
  type_local_ = local_name(type);
  theme_ = theme_of(type_prefix_, type_local_);
  ground_ = theme_ == CityTheme::relief || theme_ == CityTheme::road || theme_ == CityTheme::water || type_prefix_ == "luse" || type_prefix_ == "urf";
  geometry_.clear();
  local_appearance_.clear();
  values_.clear();
  units_.assign(1, {});
  frames_.clear();
  frames_.push_back({xml.tag().name});
  frames_.back().object = frames_.back().has_child = true;
  path_.clear();
  address_.clear();
  text_ = {};
  joined_text_.clear();

  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start: {
        const XmlTag& tag = xml.tag();
        const std::string_view local = tag.local();
        Frame& parent = frames_.back();
        parent.has_child = true;
        text_ = {};
        joined_text_.clear();
        if (!local.empty() && is_upper(local[0])) {
          if (is_geometry(local)) {
            if (parent.lod >= 0) geometry_.lod_mask |= 1u << parent.lod;
            const GeometryContext context{file_.crs, file_.dimension, parent.lod >= 0 ? parent.lod : std::int8_t{1}, parent.unit, parent.interior};
            if (!geometry_parser_.parse(xml, context, geometry_)) return false;
            break;
          }
          if (local == "Envelope" || local == "Null") {
            if (!xml.skip_element()) return false;
            break;
          }
          if (local == "Appearance") {
            if (!parse_appearance(xml, *file_.textures, file_.dir, local_appearance_, notes)) return false;
            break;
          }
        }
        element(tag);
        break;
      }
      case XmlEvent::text:
        if (text_.empty() && joined_text_.empty()) {
          text_ = xml.text();
          text_literal_ = xml.literal();
        } else {  // split by a comment or CDATA
          if (joined_text_.empty()) joined_text_ = clean(text_, text_literal_, false);
          joined_text_ += clean(xml.text(), xml.literal(), false);
        }
        break;
      case XmlEvent::end: {
        if (xml.depth() == outside) {
          names_.release();
          if (external_ != nullptr) return true;
          const std::uint32_t feature = features.add_feature(id, type);
          for (const Value& v : values_) {
            const std::string_view name = name_texts_[v.name];
            switch (v.type) {
              case geo::AttributeType::text: features.add_text(feature, name, v.text); break;
              case geo::AttributeType::integer: features.add_integer(feature, name, v.integer); break;
              case geo::AttributeType::real: features.add_real(feature, name, v.real); break;
              case geo::AttributeType::boolean: features.add_boolean(feature, name, v.integer != 0); break;
            }
          }
          geo::Extent feature_extent;
          finish_geometry(at, feature, feature_extent);
          features.set_extent(feature, feature_extent);
          extent.add(feature_extent);
          kept_.clear();
          return true;
        }
        const Frame frame = frames_.back();
        frames_.pop_back();
        if (!frame.has_child) leaf(frame);
        else if (!address_.empty() && (local_name(frame.name) == "xalAddress" || local_name(frame.name) == "Address")) {
          add_text("address", keep(std::move(address_)));
          address_.clear();
        }
        text_ = {};
        joined_text_.clear();
        break;
      }
      case XmlEvent::done:
      case XmlEvent::error: return false;
    }
  }
}

// A property or object below the feature: opens a frame.
void MemberParser::element(const XmlTag& tag) {
  const Frame parent = frames_.back();
  const std::string_view local = tag.local();
  Frame frame;
  frame.name = tag.name;
  frame.object = !local.empty() && is_upper(local[0]);
  frame.lod = parent.lod;
  frame.unit = parent.unit;
  frame.interior = parent.interior;

  // the path of names down to here: types always, a property only where it holds properties itself
  path_.resize(parent.path_base);
  if (frames_.size() > 1) {
    const std::string_view parent_local = local_name(parent.name);
    const auto append = [&](std::string_view segment) {
      if (!path_.empty()) path_ += '/';
      path_ += segment;
    };
    if (parent.generic == Generic::set || !parent.generic_name.empty()) {
      if (!parent.generic_name.empty()) append(parent.generic_name);
    } else if (parent.generic == Generic::none && (parent.object || !frame.object)) {
      if (path_.empty()) append(names_.canonical_name(parent.name));
      else append(parent_local);
    }
  }
  frame.path_base = static_cast<std::uint32_t>(path_.size());

  if (!tag.attributes.empty()) {
    bool declares = false;
    for (const auto& a : tag.attributes) {
      const auto name = local_name(a.name);
      if (name == "codeSpace") frame.code_space = a.value;
      else if (name == "uom") frame.uom = a.value;
      else if (name == "href") frame.href = a.value;
      else if (a.name == "name") frame.generic_name = clean(a.value, false);
      else if (a.name.starts_with("xmlns")) declares = true;
    }
    if (declares) names_.declare(tag);
  }
  if (local.ends_with("Attribute") || local.ends_with("AttributeSet")) {
    const bool old = !frame.generic_name.empty();  // CityGML 2 has the name as an XML attribute, 3 as an element
    if ((old && local == "stringAttribute") || local == "StringAttribute" || (old && (local == "dateAttribute" || local == "uriAttribute")) ||
        local == "DateAttribute" || local == "UriAttribute" || local == "CodeAttribute")
      frame.generic = Generic::text;
    else if ((old && local == "intAttribute") || local == "IntAttribute") frame.generic = Generic::integer;
    else if ((old && (local == "doubleAttribute" || local == "measureAttribute")) || local == "DoubleAttribute" || local == "MeasureAttribute")
      frame.generic = Generic::real;
    else if ((old && local == "genericAttributeSet") || local == "GenericAttributeSet") frame.generic = Generic::set;
    else frame.generic_name = {};
  } else {
    frame.generic_name = {};
  }

  if (frame.object) {
    if (!local.ends_with("Surface") && local != "Door" && local != "Window" && !local.ends_with("Attribute") && units_.size() < 60'000) {
      frame.unit = static_cast<std::uint16_t>(units_.size());
      units_.push_back({local.find("Installation") != std::string_view::npos || local.find("Furniture") != std::string_view::npos ||
                        (parent.unit != 0 && units_[parent.unit].installation)});
    }
  } else {
    if (const auto lod = lod_of(local); lod >= 0) {
      frame.lod = lod;
      if (!frame.href.empty() && frame.href[0] == '#')
        geometry_.references.push_back({frame.href.substr(1), tag.at, lod, frame.unit, frame.interior});
    }
    if (is_interior_property(local)) frame.interior = true;
  }
  frames_.push_back(frame);
}

std::string_view MemberParser::keep(std::string text) {
  kept_.push_back(std::move(text));
  return kept_.back();
}

// Text as people read it: trimmed, entities decoded, UTF-8 for certain.
std::string_view MemberParser::clean(std::string_view raw, bool literal, bool trimmed) {
  std::string_view out = trimmed ? trim(raw) : raw;
  if (!literal && out.find('&') != std::string_view::npos) {
    bool unknown = false;
    out = keep(decode_entities(out, unknown));
    notes.unknown_entities += unknown;
  }
  if (!is_ascii(out) && !is_valid_utf8(out)) {
    ++notes.bad_utf8;
    out = keep(to_valid_utf8(out));
  }
  return out;
}

std::uint32_t MemberParser::name_id(std::string_view name) {
  if (const auto found = name_ids_.find(name); found != name_ids_.end()) return found->second;
  const auto id = static_cast<std::uint32_t>(name_texts_.size());
  name_texts_.emplace_back(to_valid_utf8(name));
  name_ids_.emplace(std::string(name), id);
  return id;
}

void MemberParser::add_text(std::string_view name, std::string_view text) {
  values_.push_back({name_id(name), geo::AttributeType::text, text});
}

const CodeList* MemberParser::code_list(std::string_view code_space) {
  if (code_space == last_space_) return last_list_;
  const auto [at, added] = code_lists_.try_emplace(code_space, nullptr);
  if (added) at->second = file_.code_lists->get(file_.dir, code_space);
  last_space_ = code_space;
  return last_list_ = at->second;
}

// An element without children: an attribute of the feature.
void MemberParser::leaf(const Frame& frame) {
  const std::string_view local = local_name(frame.name);
  std::string_view text = joined_text_.empty() ? clean(text_, text_literal_) : keep(std::string(trim(joined_text_)));
  Frame& parent = frames_.back();
  // dem:lod and the like say what follows, for the object they stand in
  if (local == "lod" && text.size() == 1 && is_digit(text[0]) && text[0] <= '4') parent.lod = static_cast<std::int8_t>(text[0] - '0');
  if (external_ != nullptr) return;
  if (parent.generic != Generic::none && parent.object && local == "name") {  // CityGML 3: the generic attribute's name
    parent.generic_name = text;
    return;
  }
  if (text.empty()) {
    if (frame.href.empty() || lod_of(local) >= 0) return;
    text = clean(frame.href, false);
  }
  const std::string_view prefix = names_.canonical(prefix_of(frame.name));
  path_.resize(frame.path_base);
  if (prefix == "xAL") {
    std::string name = "xAL:";
    name += local;
    add_text(name, text);
    if (local != "CountryName" && local_name(parent.name) != "Country") {
      if (!address_.empty()) address_ += ' ';
      address_ += text;
    }
    return;
  }
  if (parent.generic != Generic::none && parent.generic != Generic::set && local == "value") {
    add(path_, text, frame, local, "gen");
    return;
  }
  if (path_.empty()) {
    if (!prefix.empty()) {
      path_ += prefix;
      path_ += ':';
    }
  } else {
    path_ += '/';
  }
  path_ += local;
  add(path_, text, frame, local, prefix);
}

void MemberParser::add(std::string_view name, std::string_view text, const Frame& frame, std::string_view local, std::string_view prefix) {
  const auto suffixed = [&](const char* suffix) { return std::string(name) + suffix; };
  if (!frame.code_space.empty()) {
    const CodeList* list = code_list(frame.code_space);
    const std::string_view word = list != nullptr ? list->word(text) : std::string_view();
    add_text(name, word.empty() ? text : word);
    add_text(suffixed("_code"), text);
    return;
  }
  Value value{name_id(name), geo::AttributeType::text, text};
  const Generic generic = prefix == "gen" ? frames_.back().generic : Generic::none;
  if (generic == Generic::integer) {
    if (parse_integer(text, value.integer)) value.type = geo::AttributeType::integer;
    else if (parse_real(text, value.real)) value.type = geo::AttributeType::real;
  } else if (generic == Generic::real || !frame.uom.empty() || local == "measuredHeight") {
    if (parse_real(text, value.real)) value.type = geo::AttributeType::real;
  } else if (generic == Generic::none && prefix != "gml" && !is_always_text(local)) {
    if (text == "true" || text == "false") {
      value.type = geo::AttributeType::boolean;
      value.integer = text == "true";
    } else if (parse_integer(text, value.integer)) {
      value.type = geo::AttributeType::integer;
    } else if (looks_real(text) && parse_real(text, value.real)) {
      value.type = geo::AttributeType::real;
    }
  }
  values_.push_back(value);
  if (!frame.uom.empty()) add_text(suffixed("_uom"), clean(frame.uom, false));
}

// ---- geometry

geo::Transformer* MemberParser::transformer(const CrsEntry& entry) {
  auto& mine = transformers_[&entry];
  if (!mine) mine = file_.crs_table->borrow(entry);
  return mine.get();
}

// Points of one run into longitude, latitude and the scene's heights; NaN where that cannot be.
void MemberParser::transform() {
  Geometry& g = geometry_;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t r = 0; r < g.runs.size(); ++r) {
    const CrsRun& run = g.runs[r];
    const std::size_t end = r + 1 < g.runs.size() ? g.runs[r + 1].first : g.points.size();
    if (run.implicit >= 0) {
      place_implicit(run, end);
      continue;
    }
    const std::span<geo::GeoPoint> points(g.points.data() + run.first, end - run.first);
    if (run.crs == nullptr || run.crs->error) {
      if (run.crs == nullptr) met_no_crs = met_no_crs || !points.empty();
      else if (std::find(failed_crs.begin(), failed_crs.end(), run.crs) == failed_crs.end()) failed_crs.push_back(run.crs);
      std::fill(points.begin(), points.end(), geo::GeoPoint{nan, nan, nan});
      continue;
    }
    if (run.crs->swap_only) {
      for (geo::GeoPoint& p : points)
        p = std::abs(p.lon) <= 90 && std::abs(p.lat) <= 360 ? geo::GeoPoint{p.lat, p.lon, p.height} : geo::GeoPoint{nan, nan, nan};
    } else if (const auto* to_geographic = transformer(*run.crs)) {
      to_geographic->transform(points);
    } else {
      std::fill(points.begin(), points.end(), geo::GeoPoint{nan, nan, nan});
    }
    if (run.crs->shift_heights)
      for (geo::GeoPoint& p : points) p.height += file_.crs_table->heights().offset(run.crs->vertical, p.lon, p.lat);
  }
}

void MemberParser::place_implicit(const CrsRun& run, std::size_t end) {
  Geometry& g = geometry_;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Implicit& implicit = g.implicits[static_cast<std::size_t>(run.implicit)];
  const std::span<geo::GeoPoint> points(g.points.data() + run.first, end - run.first);
  const CrsEntry* crs = implicit.crs != nullptr ? implicit.crs : file_.crs;
  const auto no_place = [&] { std::fill(points.begin(), points.end(), geo::GeoPoint{nan, nan, nan}); };
  if (!implicit.has_anchor || crs == nullptr || crs->error) return no_place();
  const auto& m = implicit.matrix;
  const auto moved = [&](const geo::GeoPoint& p) {
    return glm::dvec3(m[0] * p.lon + m[1] * p.lat + m[2] * p.height + m[3], m[4] * p.lon + m[5] * p.lat + m[6] * p.height + m[7],
                      m[8] * p.lon + m[9] * p.lat + m[10] * p.height + m[11]);
  };
  const geo::Transformer* to_geographic = transformer(*crs);
  if (to_geographic == nullptr) return no_place();
  if (crs->geographic || crs->crs.is_geocentric()) {
    geo::GeoPoint anchor = implicit.anchor;
    to_geographic->transform({&anchor, 1});
    if (!std::isfinite(anchor.lon)) return no_place();
    const auto frame = geo::LocalFrame::at(anchor);
    for (geo::GeoPoint& p : points) p = frame.to_geo(moved(p));
  } else {  // in the CRS's own axes, so that its grid north is kept
    const double unit = 1 / crs->crs.linear_unit();
    for (geo::GeoPoint& p : points) {
      const glm::dvec3 d = moved(p);
      p = {implicit.anchor.lon + (crs->north_first ? d.y : d.x) * unit, implicit.anchor.lat + (crs->north_first ? d.x : d.y) * unit,
           implicit.anchor.height + d.z / crs->crs.vertical_unit()};
    }
    to_geographic->transform(points);
  }
  if (crs->shift_heights)
    for (geo::GeoPoint& p : points) p.height += file_.crs_table->heights().offset(crs->vertical, p.lon, p.lat);
}

// Finds what the references name within this object. true: all of them.
bool MemberParser::resolve_inside() {
  Geometry& g = geometry_;
  resolved_.assign(g.references.size(), -1);
  if (g.references.empty()) return true;
  const std::hash<std::string_view> hash;
  id_slots_.clear();
  for (std::uint32_t i = 0; i < g.ids.size(); ++i) id_slots_.push_back({hash(g.ids[i].id), i});
  std::sort(id_slots_.begin(), id_slots_.end(), [](const IdSlot& a, const IdSlot& b) { return a.hash != b.hash ? a.hash < b.hash : a.id < b.id; });
  bool all = true;
  for (std::size_t r = 0; r < g.references.size(); ++r) {
    const std::string_view target = g.references[r].target;
    if (g.references[r].implicit < 0) {
      const std::size_t h = hash(target);
      auto it = std::lower_bound(id_slots_.begin(), id_slots_.end(), h, [](const IdSlot& a, std::size_t b) { return a.hash < b; });
      for (; it != id_slots_.end() && it->hash == h; ++it)
        if (g.ids[it->id].id == target) {
          resolved_[r] = static_cast<std::int32_t>(it->id);
          break;
        }
    }
    all = all && resolved_[r] >= 0;
  }
  return all;
}

// Second pass: copies what lies outside this object into it. Each target once, so that cycles end.
void MemberParser::append_external() {
  Geometry& g = geometry_;
  std::unordered_set<std::string> done;
  for (std::size_t r = 0; r < g.references.size(); ++r) {  // grows
    if (r < resolved_.size() && resolved_[r] >= 0) continue;
    const Reference reference = g.references[r];
    if (!done.insert(std::string(reference.target) + '\n' + std::to_string(reference.implicit) + '\n' + std::to_string(reference.lod)).second) {
      continue;
    }
    const auto found = external_->find(reference.target);
    if (found == external_->end()) {
      notes.warn(reference.at, "xlink:href \"#" + std::string(reference.target) + "\" names nothing in this file; that surface is missing", {}, ErrorCode::not_found);
      continue;
    }
    const Geometry& e = found->second;
    if (file_.copies_left.fetch_sub(static_cast<std::int64_t>(e.points.size())) < 0) {
      notes.warn(reference.at, "references between objects multiply beyond measure; the rest is left out", {}, ErrorCode::out_of_budget);
      return;
    }
    const auto point_shift = static_cast<std::uint32_t>(g.points.size());
    const auto ring_shift = static_cast<std::uint32_t>(g.rings.size());
    for (const CrsRun& run : e.runs) {
      if (run.implicit >= 0 && reference.implicit < 0) continue;
      g.runs.push_back({run.first + point_shift, reference.implicit >= 0 ? nullptr : run.crs, reference.implicit});
    }
    g.points.insert(g.points.end(), e.points.begin(), e.points.end());
    for (Ring ring : e.rings) {
      ring.first += point_shift;
      g.rings.push_back(ring);
    }
    for (Polygon p : e.polygons) {
      p.first_ring += ring_shift;
      p.lod = reference.lod;
      p.unit = reference.unit;
      p.interior = reference.interior;
      p.flip = p.flip != reference.flip;
      p.solid = p.solid || reference.solid;
      p.implicit = reference.implicit;
      g.polygons.push_back(p);
    }
    for (Reference next : e.references) {
      next.lod = reference.lod;
      next.unit = reference.unit;
      next.interior = reference.interior;
      next.flip = next.flip != reference.flip;
      next.implicit = reference.implicit;
      g.references.push_back(next);
    }
  }
}

void MemberParser::finish_geometry(const char* at, std::uint32_t feature, geo::Extent& feature_extent) {
  Geometry& g = geometry_;
  lod_mask |= g.lod_mask;
  const bool complete = resolve_inside();
  if (!complete && external_ != nullptr) append_external();
  transform();

  const auto add_ring = [&](const Ring& ring) {
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i) feature_extent.add(g.points[i]);
  };
  const auto is_bad = [&](const Ring& ring) {
    if (ring.bad) return true;
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i)
      if (!std::isfinite(g.points[i].lon + g.points[i].lat + g.points[i].height)) return true;
    return false;
  };
  bad_.assign(g.polygons.size(), 0);
  for (std::size_t i = 0; i < g.polygons.size(); ++i) {
    const Polygon& p = g.polygons[i];
    bool bad = p.ring_count == 0, told = p.ring_count == 0;
    for (std::uint32_t r = p.first_ring; r < p.first_ring + p.ring_count && !bad; ++r) {
      bad = is_bad(g.rings[r]);
      told = g.rings[r].bad;
    }
    bad_[i] = bad;
    if (!bad)
      for (std::uint32_t r = p.first_ring; r < p.first_ring + p.ring_count; ++r) add_ring(g.rings[r]);
    else if (!told && !met_no_crs && failed_crs.empty())
      notes.warn(p.at, "a polygon lies outside what its coordinate reference system can place; it is left out");
  }
  for (const Ring& ring : g.loose)
    if (!is_bad(ring)) add_ring(ring);

  if (!complete && external_ == nullptr) {
    deferred.push_back({at, feature});
    for (std::size_t r = 0; r < g.references.size(); ++r)
      if (resolved_[r] < 0) wanted.insert(g.references[r].target);
    return;
  }
  choose();
  emit(feature, feature_extent);
}

// Which polygons are drawn: of each part of the object its best level of detail, each polygon once.
void MemberParser::choose() {
  Geometry& g = geometry_;
  chosen_.assign(g.polygons.size(), 0);
  const auto counts = [&](std::size_t r) { return r < resolved_.size() && resolved_[r] >= 0; };
  for (const bool interior : {false, true}) {
    std::vector<int> best(units_.size(), -1);
    for (const Polygon& p : g.polygons)
      if (p.interior == interior) best[p.unit] = std::max<int>(best[p.unit], p.lod);
    for (std::size_t r = 0; r < g.references.size(); ++r)
      if (counts(r) && g.references[r].interior == interior)
        best[g.references[r].unit] = std::max<int>(best[g.references[r].unit], g.references[r].lod);
    int most = -1, parts = -1, beside = -1;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      most = std::max(most, best[u]);
      if (units_[u].installation) beside = std::max(beside, best[u]);
      else if (u != 0) parts = std::max(parts, best[u]);
    }
    if (most < 0) continue;  // nothing outside: a room alone is drawn from within
    const int level = std::max(best[0], parts);
    for (std::size_t u = 0; u < units_.size(); ++u) {
      bool covered = best[u] == 0 && most > 0;  // footprints, only where there is nothing else
      if (u == 0) covered = covered || best[0] < parts;
      else if (!units_[u].installation) covered = covered || best[u] < best[0];
      else covered = covered || (best[u] < level && beside >= level);  // files repeat installations for each level
      if (covered) best[u] = -1;
    }
    for (std::size_t i = 0; i < g.polygons.size(); ++i) {
      const Polygon& p = g.polygons[i];
      if (p.interior == interior && p.lod == best[p.unit]) chosen_[i] = p.flip ? 2 : 1;
    }
    // references, and references within what they name; `state` tells a cycle
    std::vector<std::uint8_t> state(g.references.size(), 0);
    id_done_.assign(g.ids.size(), 0);
    struct Step { std::uint32_t reference; std::uint32_t next; bool flip; };
    std::vector<Step> stack;
    for (std::uint32_t r = 0; r < g.references.size(); ++r) {
      const Reference& reference = g.references[r];
      if (!counts(r) || reference.interior != interior || reference.lod != best[reference.unit] || state[r] != 0) continue;
      stack.push_back({r, UINT32_MAX, reference.flip});
      while (!stack.empty()) {
        Step& step = stack.back();
        const std::uint32_t current = step.reference;
        const GeometryId& id = g.ids[static_cast<std::size_t>(resolved_[current])];
        if (step.next == UINT32_MAX) {
          state[current] = 1;
          std::uint8_t& done = id_done_[static_cast<std::size_t>(resolved_[current])];
          const std::uint8_t bit = step.flip ? 2 : 1;
          if ((done & bit) != 0) {  // many may name one; it is walked once
            state[current] = 2;
            stack.pop_back();
            continue;
          }
          done |= bit;
          step.next = id.reference_begin;
          for (std::uint32_t p = id.polygon_begin; p < id.polygon_end; ++p)
            if (chosen_[p] == 0) chosen_[p] = g.polygons[p].flip != step.flip ? 2 : 1;
        }
        if (step.next >= id.reference_end) {
          state[current] = 2;
          stack.pop_back();
          continue;
        }
        const std::uint32_t next = step.next++;
        if (!counts(next) || state[next] == 2) continue;
        if (state[next] == 1) {
          notes.warn(g.references[next].at, "xlink:href \"#" + std::string(g.references[next].target) + "\" leads back to itself");
          state[next] = 2;
          continue;
        }
        stack.push_back({next, UINT32_MAX, step.flip != g.references[next].flip});
      }
    }
    return;
  }
}

// A closed shell whose volume is negative has all its rings the wrong way round: turn it over. Of each unit that is
// drawn as a solid of its own polygons.
void MemberParser::mend_solids(const geo::Extent& box) {
  Geometry& g = geometry_;
  const geo::GeoPoint centre = box.centre();
  const double east = 111'320 * std::cos(centre.lat * 3.14159265358979 / 180), north = 111'320;
  const auto local = [&](const geo::GeoPoint& p) { return glm::dvec3((p.lon - centre.lon) * east, (p.lat - centre.lat) * north, p.height - centre.height); };
  volumes_.assign(units_.size(), {});
  for (std::size_t i = 0; i < g.polygons.size(); ++i) {
    const Polygon& p = g.polygons[i];
    if (chosen_[i] == 0 || bad_[i] != 0) continue;
    Volume& v = volumes_[p.unit];
    if (!p.solid) {
      v.open = true;
      continue;
    }
    const Ring& ring = g.rings[p.first_ring];
    if (ring.count < 4) continue;
    const glm::dvec3 a = local(g.points[ring.first]);
    glm::dvec3 b = local(g.points[ring.first + 1]) - a, twice(0);
    for (std::uint32_t k = ring.first + 2; k + 1 < ring.first + ring.count; ++k) {
      const glm::dvec3 c = local(g.points[k]) - a;
      twice += glm::cross(b, c);
      b = c;
    }
    const double part = glm::dot(a, twice) / 6;
    v.signed_sum += chosen_[i] == 2 ? -part : part;
    v.absolute += std::abs(part);
    v.area += chosen_[i] == 2 ? -twice : twice;
    v.all_area += glm::length(twice);
  }
  for (std::size_t i = 0; i < g.polygons.size(); ++i) {
    const Polygon& p = g.polygons[i];
    if (chosen_[i] == 0 || !p.solid) continue;
    const Volume& v = volumes_[p.unit];
    // closed: the areas cancel as vectors
    if (!v.open && v.signed_sum < -0.05 * v.absolute && glm::length(v.area) < 1e-3 * v.all_area) chosen_[i] = chosen_[i] == 1 ? 2 : 1;
  }
}

void MemberParser::emit(std::uint32_t feature, const geo::Extent& feature_extent) {
  Geometry& g = geometry_;
  if (feature_extent.empty()) return;
  mend_solids(feature_extent);
  // an object of a tile's size goes into one tile whole
  const auto low = file_.grid->at(feature_extent.west, feature_extent.south), high = file_.grid->at(feature_extent.east, feature_extent.north);
  const TileGrid::Tile centre = file_.grid->at((feature_extent.west + feature_extent.east) / 2, (feature_extent.south + feature_extent.north) / 2);
  const bool small = high.row - low.row <= 2 && high.column - low.column <= 2;

  // colours by any surface around a polygon
  std::vector<Rgba8> colours;
  for (const Appearance* look : {&file_.appearance, static_cast<const Appearance*>(&local_appearance_)}) {
    if (look->colours.empty()) continue;
    if (colours.empty()) colours.assign(g.polygons.size(), Rgba8{255, 255, 255, 0});
    for (const GeometryId& id : g.ids) {  // inner elements close first, and win
      const auto found = look->colours.find(id.id);
      if (found == look->colours.end()) continue;
      for (std::uint32_t p = id.polygon_begin; p < id.polygon_end; ++p)
        if (colours[p].a == 0) colours[p] = found->second;
    }
  }
  for (std::size_t i = 0; i < g.polygons.size(); ++i)
    if (chosen_[i] != 0 && bad_[i] == 0)
      emit_polygon(g.polygons[i], chosen_[i] == 2, feature, small ? &centre : nullptr, i < colours.size() ? colours[i] : Rgba8{255, 255, 255, 0});
}

void MemberParser::emit_polygon(const Polygon& polygon, bool flip, std::uint32_t feature, const TileGrid::Tile* tile, Rgba8 colour) {
  const Geometry& g = geometry_;
  const auto find_texture = [&](const Polygon& p, const Ring& ring, bool outer) -> const Appearance::Texture* {
    for (const Appearance* look : {&file_.appearance, static_cast<const Appearance*>(&local_appearance_)}) {
      if (!ring.id.empty() && !look->rings.empty())
        if (const auto found = look->rings.find(ring.id); found != look->rings.end()) return &found->second;
      if (outer && !p.id.empty() && !look->polygons.empty())
        if (const auto found = look->polygons.find(p.id); found != look->polygons.end()) return &found->second;
    }
    return nullptr;
  };
  face_points_.clear();
  face_starts_.clear();
  face_uv_.clear();
  std::int32_t texture = -1;
  const bool textures = file_.meshes && (!file_.appearance.rings.empty() || !file_.appearance.polygons.empty() ||
                                         !local_appearance_.rings.empty() || !local_appearance_.polygons.empty());
  for (std::uint32_t r = polygon.first_ring; r < polygon.first_ring + polygon.ring_count; ++r) {
    const Ring& ring = g.rings[r];
    const bool outer = r == polygon.first_ring;
    const auto start = static_cast<std::uint32_t>(face_points_.size());
    const Appearance::Texture* look = textures && (outer || texture >= 0) ? find_texture(polygon, ring, outer) : nullptr;
    if (look != nullptr && outer && file_.textures->usable(look->texture)) texture = look->texture;
    const char* uv = nullptr;
    const char* uv_end = nullptr;
    if (texture >= 0 && look != nullptr) {
      uv = look->coordinates.data();
      uv_end = uv + look->coordinates.size();
    }
    const auto read_uv = [&](float& out) {
      while (uv < uv_end && is_space(*uv)) ++uv;
      double v = 0;
      if (uv >= uv_end || !read_number(uv, uv_end, v) || !(std::abs(v) < 1e6)) return false;
      out = static_cast<float>(v);
      return true;
    };
    std::array<float, 2> st{0, 0};
    bool short_uv = false;
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i) {
      if (texture >= 0 && uv != nullptr && !short_uv) {
        float s = 0, t = 0;
        short_uv = !read_uv(s) || !read_uv(t);
        if (!short_uv) st = {s, 1 - t};
      }
      const geo::GeoPoint& p = g.points[i];
      const auto same = [](const geo::GeoPoint& a, const geo::GeoPoint& b) { return a.lon == b.lon && a.lat == b.lat && a.height == b.height; };
      if (face_points_.size() > start && same(face_points_.back(), p)) continue;
      if (i + 1 == ring.first + ring.count && face_points_.size() > start + 1 && same(face_points_[start], p)) break;
      face_points_.push_back(p);
      if (textures) face_uv_.push_back(st);
    }
    // the closing point's coordinates may be left out; more may not
    if (short_uv && texture >= 0 && outer && face_points_.size() - start >= ring.count) {
      notes.warn(ring.at, "fewer texture coordinates than points; the surface keeps its colour");
      texture = -1;
    }
    if (face_points_.size() - start < 3) {
      if (outer) {
        ++notes.flat_polygons;
        return;
      }
      face_points_.resize(start);
      if (textures) face_uv_.resize(start);
      continue;
    }
    face_starts_.push_back(start);
  }
  if (face_points_.empty()) return;
  face_starts_.push_back(static_cast<std::uint32_t>(face_points_.size()));

  BatchKey key{{}, theme_, texture, texture >= 0 ? Rgba8{255, 255, 255, 0} : colour};
  if (tile != nullptr) {
    key.tile = *tile;
  } else {
    geo::Extent box;
    for (const geo::GeoPoint& p : face_points_) box.add(p.lon, p.lat);
    key.tile = file_.grid->at((box.west + box.east) / 2, (box.south + box.north) / 2);
  }
  const bool face_up = !polygon.solid && (ground_ || polygon.lod == 0);
  const auto result = mesher.add(key, {face_points_, face_starts_, texture >= 0 ? face_uv_.data() : nullptr, flip, face_up, feature});
  if (result == Triangulation::no_area) ++notes.flat_polygons;
  else if (result == Triangulation::too_complex)
    notes.warn(polygon.at, "a polygon of " + std::to_string(face_points_.size()) + " points crosses itself too often to be drawn; it is left out", {}, ErrorCode::out_of_budget);
}

}  // namespace tenbo::io::city
