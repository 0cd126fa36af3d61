#include "tenbo/geo/crs.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "crs_impl.h"
#include "crs_text.h"
#include "proj_support.h"

namespace tenbo::geo {
namespace {

constexpr std::size_t longest_definition = 1 << 20;  // bytes; no honest WKT comes near it

bool is_geographic_type(PJ_TYPE t) { return t == PJ_TYPE_GEOGRAPHIC_2D_CRS || t == PJ_TYPE_GEOGRAPHIC_3D_CRS; }

// The CRS that a bound CRS binds (it carries towgs84 or a geoid grid), or the CRS itself.
PjPtr unbound(PJ_CONTEXT* context, const PJ* crs) {
  PjPtr p(proj_clone(context, crs));
  for (int depth = 0; p && proj_get_type(p.get()) == PJ_TYPE_BOUND_CRS && depth < 8; ++depth)
    p.reset(proj_get_source_crs(context, p.get()));
  return p;
}

std::string wkt_of(PJ_CONTEXT* context, const PJ* crs) {
  const char* wkt = proj_as_wkt(context, crs, PJ_WKT2_2019, nullptr);
  return wkt ? wkt : "";
}

std::string name_of(const PJ* crs) {
  const char* name = proj_get_name(crs);
  return name ? name : "";
}

struct Code { std::string authority, code; };
Code code_of(const PJ* crs) {
  const char* authority = proj_get_id_auth_name(crs, 0);
  const char* code = proj_get_id_code(crs, 0);
  return authority && code ? Code{authority, code} : Code{};
}

struct Axis { std::string direction, name; double unit = 1; };  // unit: m or radians
std::vector<Axis> axes_of(PJ_CONTEXT* context, const PJ* crs) {
  std::vector<Axis> axes;
  const PjPtr system(proj_crs_get_coordinate_system(context, crs));
  if (!system) return axes;
  const int count = proj_cs_get_axis_count(context, system.get());
  for (int i = 0; i < count; ++i) {
    const char *name = nullptr, *direction = nullptr;
    double unit = 1;
    if (!proj_cs_get_axis_info(context, system.get(), i, &name, nullptr, &direction, &unit, nullptr, nullptr, nullptr)) break;
    axes.push_back({direction ? direction : "", name ? name : "", unit});
  }
  return axes;
}

Error not_a_crs(std::string_view definition, std::string_view why) {
  return {ErrorCode::invalid_argument, fmt::format("\"{}{}\" is no coordinate reference system that PROJ knows: {}",
                                                   definition.substr(0, 120), definition.size() > 120 ? "..." : "", why),
          "", "", "give an EPSG code, as EPSG:6697, or WKT"};
}

}  // namespace

Crs::Crs() = default;

Result<Crs> Crs::parse(std::string_view definition) {
  if (definition.size() > longest_definition) return not_a_crs(definition, "longer than 1 MiB");
  if (definition.find('\0') != std::string_view::npos) return not_a_crs(definition, "it has a null byte");
  const std::string text = normalise_crs_text(definition);
  if (text.empty()) return not_a_crs(definition, "empty");
  const ContextPtr context = make_context();
  if (!context) return Error{ErrorCode::internal, "PROJ could not be started", "", "", ""};
  PJ_CONTEXT* const c = context.get();
  const PjPtr crs(proj_create(c, text.c_str()));
  if (!crs) return not_a_crs(definition, last_error(c));
  if (!proj_is_crs(crs.get())) return not_a_crs(definition, "it names something else");

  auto impl = std::make_shared<Impl>();
  const PjPtr whole = unbound(c, crs.get());
  if (!whole) return not_a_crs(definition, last_error(c));

  // Horizontal and vertical part. `bound` keeps the datum shift that a bound CRS carries, `horizontal` is without it.
  PjPtr bound, vertical;
  if (proj_get_type(whole.get()) == PJ_TYPE_COMPOUND_CRS) {
    bound.reset(proj_crs_get_sub_crs(c, whole.get(), 0));
    if (const PjPtr part{proj_crs_get_sub_crs(c, whole.get(), 1)}) vertical = unbound(c, part.get());
    if (!bound || !vertical) return not_a_crs(definition, "a compound without its parts");
  } else {
    bound.reset(proj_clone(c, crs.get()));
  }
  PjPtr horizontal = unbound(c, bound.get());
  if (!horizontal) return not_a_crs(definition, last_error(c));
  const PJ_TYPE type = proj_get_type(horizontal.get());
  impl->geocentric = type == PJ_TYPE_GEOCENTRIC_CRS;
  impl->geographic = is_geographic_type(type);
  if (!impl->geocentric && !impl->geographic && type != PJ_TYPE_PROJECTED_CRS && type != PJ_TYPE_OTHER_CRS)
    return not_a_crs(definition, type == PJ_TYPE_VERTICAL_CRS ? "it is vertical alone" : "it has no place on Earth");

  const std::vector<Axis> axes = axes_of(c, horizontal.get());
  if (axes.size() < 2) return not_a_crs(definition, "fewer than two axes");
  impl->north_first = !impl->geocentric && axes[0].direction == "north" && axes[1].direction != "north";
  impl->linear_unit = impl->geographic ? 1 : axes[0].unit;
  const auto set_vertical = [&](VerticalKind kind, const Axis& axis, std::string name) {
    impl->vertical = kind;
    impl->vertical_unit = axis.unit;
    impl->depth = axis.direction == "down";
    impl->vertical_name = std::move(name);
  };
  if (impl->geocentric) {
    impl->vertical = VerticalKind::ellipsoidal;
    impl->vertical_name = "ellipsoidal height";
  } else if (vertical) {
    const std::vector<Axis> up = axes_of(c, vertical.get());
    if (up.empty()) return not_a_crs(definition, "a vertical part without an axis");
    set_vertical(VerticalKind::orthometric, up[0], name_of(vertical.get()));
  } else if (axes.size() >= 3) {
    set_vertical(VerticalKind::ellipsoidal, axes[2], "ellipsoidal height");
  }

  impl->name = name_of(whole.get());
  const Code own = code_of(whole.get());
  if (!own.code.empty()) {
    impl->id = own.authority + ":" + own.code;
  } else if (vertical) {
    const Code h = code_of(horizontal.get()), v = code_of(vertical.get());
    if (!h.code.empty() && h.authority == v.authority) impl->id = h.authority + ":" + h.code + "+" + v.code;
    if (impl->id.starts_with("EPSG:") && impl->id.ends_with("+6695"))  // see crs_text.cpp
      if (const int n = std::atoi(h.code.c_str()); n >= 6669 && n <= 6681) impl->id = "EPSG:" + std::to_string(n - 6669 + 10162);
  }
  if (impl->id.empty()) impl->id = impl->name;
  impl->definition = wkt_of(c, crs.get());
  if (impl->definition.empty()) impl->definition = text;  // an OTHER_CRS may have no WKT2

  // Heights must come through as they are, so what is transformed is two-dimensional.
  if (!impl->geocentric && axes.size() >= 3) bound.reset(proj_crs_demote_to_2D(c, nullptr, bound.get()));
  impl->horizontal = bound ? wkt_of(c, bound.get()) : "";
  if (impl->horizontal.empty()) return not_a_crs(definition, "its horizontal part cannot be told from its heights");

  Crs out;
  out.impl_ = std::move(impl);
  return out;
}

namespace {
const std::string no_text;
}

bool Crs::is_valid() const { return impl_ != nullptr; }
const std::string& Crs::name() const { return impl_ ? impl_->name : no_text; }
const std::string& Crs::id() const { return impl_ ? impl_->id : no_text; }
const std::string& Crs::definition() const { return impl_ ? impl_->definition : no_text; }
bool Crs::is_geographic() const { return impl_ && impl_->geographic; }
bool Crs::is_geocentric() const { return impl_ && impl_->geocentric; }
bool Crs::north_first() const { return impl_ && impl_->north_first; }
VerticalKind Crs::vertical() const { return impl_ ? impl_->vertical : VerticalKind::unknown; }
std::string Crs::vertical_name() const { return impl_ ? impl_->vertical_name : std::string(); }
double Crs::linear_unit() const { return impl_ ? impl_->linear_unit : 1; }
double Crs::vertical_unit() const { return impl_ ? impl_->vertical_unit : 1; }

}  // namespace tenbo::geo
