#include "ifc/placing.h"

#include <cmath>

#include "tenbo/base/text.h"

namespace tenbo::io::ifc {

namespace {

using Json = nlohmann::json;

std::optional<double> number(const Json& j, const char* key) {
  if (!j.is_object()) return std::nullopt;
  const auto it = j.find(key);
  if (it == j.end() || !it->is_number()) return std::nullopt;
  const double v = it->get<double>();
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}
std::string word(const Json& j, const char* key) {
  if (!j.is_object()) return {};
  const auto it = j.find(key);
  return it != j.end() && it->is_string() ? to_valid_utf8(it->get_ref<const std::string&>()) : std::string();
}

// "EPSG:25832", also "epsg 25832" or with spaces. Nothing else is tried: a name can be any text.
std::optional<geo::Crs> crs_of(const std::string& name) {
  const std::string lower = lower_case(name);
  const auto at = lower.find("epsg");
  if (at == std::string::npos) return std::nullopt;
  std::string digits;
  for (std::size_t i = at + 4; i < lower.size(); ++i) {
    if (lower[i] >= '0' && lower[i] <= '9') digits += lower[i];
    else if (!digits.empty() || (lower[i] != ':' && lower[i] != ' ')) break;
  }
  if (digits.empty() || digits.size() > 6) return std::nullopt;
  auto crs = geo::Crs::parse("EPSG:" + digits);
  return crs ? std::optional(std::move(*crs)) : std::nullopt;
}

}  // namespace

Result<Placing> Placing::make(const Json& info, const IfcOptions& options, const std::string& file, Diagnostics& notes) {
  Placing out;
  out.heights_ = options.heights;
  const auto note = [&](std::string text, std::string place, std::string remedy = {}) { notes.warn({ErrorCode::unsupported, std::move(text), file, std::move(place), std::move(remedy)}); };
  const auto turned = [&](double degrees) {
    out.cos_ = std::cos(degrees * M_PI / 180);
    out.sin_ = std::sin(degrees * M_PI / 180);
  };
  if (options.position) {
    out.from_ = "position";
    out.frame_ = geo::LocalFrame::at(*options.position);
    out.scale_ = options.scale;
    turned(-options.heading);
    return out;
  }
  const Json none;
  const auto& conversion = info.contains("conversion") ? info["conversion"] : none;
  if (conversion.is_object()) {
    const std::string name = word(conversion, "crs");
    auto crs = crs_of(name);
    if (!crs) crs = crs_of(word(conversion, "description"));
    auto transformer = crs ? std::optional(geo::Transformer::to_geographic(*crs, geo::AxisOrder::xy)) : std::nullopt;
    const auto easting = number(conversion, "easting"), northing = number(conversion, "northing");
    if (crs && !crs->is_geographic() && !crs->is_geocentric() && transformer && *transformer && easting && northing) {
      out.from_ = word(conversion, "from");
      out.crs_ = *crs;
      out.transformer_ = std::move(**transformer);
      if (out.transformer_->is_ballpark()) note("no shift between the datum of " + crs->id() + " and WGS 84 is known: it may stand hundreds of metres off", "IfcProjectedCRS", "install PROJ's grids");
      const double map_unit = number(conversion, "unit").value_or(1), model_unit = number(info, "length_factor").value_or(1);
      double x = number(conversion, "abscissa").value_or(1), y = number(conversion, "ordinate").value_or(0);
      if (const double l = std::hypot(x, y); l > 1e-9) {
        out.cos_ = x / l;
        out.sin_ = y / l;
      }
      // The scale turns the file's unit into the map's; what is left of it once both are metres is that of the ground to the map,
      // near 1. Files with the inverse, or without the unit in it, are met often.
      const double scale = number(conversion, "scale").value_or(1);
      const auto near_one = [](double v) { return v > 0.9 && v < 1.1; };
      if (const double as_written = scale * map_unit / model_unit; near_one(as_written)) out.scale_ = as_written;
      else if (scale > 0 && near_one(map_unit / model_unit / scale)) {
        out.scale_ = 1 / (map_unit / model_unit / scale);
        note("the map conversion's scale is written the other way round, and is taken as " + std::to_string(1 / scale), "IfcMapConversion");
      } else if (near_one(scale)) {
        out.scale_ = scale;
        note("the map conversion's scale leaves out the units (file " + std::to_string(model_unit) + " m, map " + std::to_string(map_unit) + " m), and is taken as the map's alone", "IfcMapConversion");
      } else {
        out.scale_ = as_written > 0 ? as_written : 1;
        note("the map conversion's scale is " + std::to_string(scale) + ", which makes the model " + std::to_string(out.scale_) + " times as large", "IfcMapConversion");
      }
      out.moved_ = glm::dvec3(*easting, *northing, number(conversion, "height").value_or(0)) * map_unit;
      out.to_unit_ = 1 / crs->linear_unit();
      out.vertical_ = crs->vertical();
      const std::string datum = lower_case(word(conversion, "vertical_datum"));
      if (out.vertical_ == geo::VerticalKind::unknown && !datum.empty())
        out.vertical_ = datum.find("ellips") != std::string::npos ? geo::VerticalKind::ellipsoidal : geo::VerticalKind::orthometric;
      if (const double v = crs->vertical_unit(); v > 0) out.vertical_unit_ = v;
      if (auto fits = out.heights_.accepts(out.vertical_); !fits) {
        Error e = fits.error();
        e.file = file;
        return e;
      }
      return out;
    }
    note(name.empty() ? "its map conversion names no coordinate reference system" : "its coordinate reference system \"" + name.substr(0, 100) + "\" is no projected one with an EPSG code that PROJ knows", "IfcProjectedCRS",
         "give the layer a \"position\"");
  }
  const auto& site = info.contains("site") ? info["site"] : none;
  const auto lat = number(site, "lat"), lon = number(site, "lon");
  // Exactly nought for both is what programs write that know no place; nothing is built there.
  if (lat && lon && (*lat != 0 || *lon != 0) && std::abs(*lat) <= 90 && std::abs(*lon) <= 180) {
    out.from_ = "IfcSite";
    const double unit = number(info, "length_factor").value_or(1);
    out.frame_ = geo::LocalFrame::at({*lon, *lat, number(site, "elevation").value_or(0) * unit});
    if (const auto origin = site.find("origin"); origin != site.end() && origin->is_array() && origin->size() == 3 && (*origin)[0].is_number() && (*origin)[1].is_number() && (*origin)[2].is_number())
      out.moved_ = -glm::dvec3((*origin)[0].get<double>(), (*origin)[1].get<double>(), (*origin)[2].get<double>());
    if (const auto north = info.find("north"); north != info.end() && north->is_array() && north->size() == 2 && (*north)[0].is_number() && (*north)[1].is_number()) {
      const double x = (*north)[0].get<double>(), y = (*north)[1].get<double>();
      if (std::hypot(x, y) > 1e-9) turned(std::atan2(x, y) * 180 / M_PI);  // what points there in the model points north on Earth
    }
    note("its place is that of IfcSite, latitude and longitude of one point, with no map conversion: it may stand metres off", "IfcSite");
    return out;
  }
  out.from_ = "none";
  out.frame_ = geo::LocalFrame::at(options.position.value_or(geo::GeoPoint{}));
  note("it has no georeference, and stands at longitude 0, latitude 0", "", "give the layer a \"position\"");
  return out;
}

geo::GeoPoint Placing::at(glm::dvec3 m) const {
  if (transformer_) {
    m.x *= scale_;
    m.y *= scale_;
    geo::GeoPoint p{(m.x * cos_ - m.y * sin_ + moved_.x) * to_unit_, (m.x * sin_ + m.y * cos_ + moved_.y) * to_unit_, 0};
    const double height = m.z * scale_ + moved_.z;
    transformer_->transform({&p, 1});
    p.height = height + heights_.offset(vertical_, p.lon, p.lat);
    return p;
  }
  if (from_ == "IfcSite") m += moved_;
  m *= scale_;
  return frame_.to_geo({m.x * cos_ - m.y * sin_, m.x * sin_ + m.y * cos_, m.z});
}

}  // namespace tenbo::io::ifc
