#include <array>
#include <cmath>

#include "message/jma_parts.h"

namespace tenbo::io::message {

namespace {

JmaIntensity intensity_of(const std::string& word) {
  constexpr std::array<std::pair<const char*, JmaIntensityGrade>, 9> grades{{{"1", JmaIntensityGrade::one},
                                                                             {"2", JmaIntensityGrade::two},
                                                                             {"3", JmaIntensityGrade::three},
                                                                             {"4", JmaIntensityGrade::four},
                                                                             {"5-", JmaIntensityGrade::five_lower},
                                                                             {"5+", JmaIntensityGrade::five_upper},
                                                                             {"6-", JmaIntensityGrade::six_lower},
                                                                             {"6+", JmaIntensityGrade::six_upper},
                                                                             {"7", JmaIntensityGrade::seven}}};
  for (const auto& [w, g] : grades)
    if (word == w) return {g, word};
  return {JmaIntensityGrade::unknown, word};
}

// Km downwards, of a place whose height is in metres upwards.
geo::Quantity depth_of(const JmaPlace& p) {
  if (const auto v = p.height.value()) {
    const double km = *v == 0 ? 0 : -*v / 1000;
    return geo::Quantity::number(km, "km", p.height.bound());
  }
  return p.height.missing() ? geo::Quantity() : geo::Quantity::word(p.height.word(), "km");
}

void add_place(const Element& e, JmaIntensityPlace::Level level, std::size_t parent, JmaEarthquakeReport& out, const JmaContext& c) {
  const std::size_t index = out.places.size();
  JmaIntensityPlace p;
  p.level = level;
  p.parent = level == JmaIntensityPlace::Level::prefecture ? index : parent;
  p.area = jma_area(e, c);
  p.intensity = intensity_of(e.text_of(level == JmaIntensityPlace::Level::station ? "Int" : "MaxInt"));
  p.condition = e.text_of("Condition");
  p.revise = e.text_of("Revise");
  out.places.push_back(std::move(p));
  using Level = JmaIntensityPlace::Level;
  constexpr std::array<std::pair<const char*, Level>, 3> below{{{"Area", Level::area}, {"City", Level::city}, {"IntensityStation", Level::station}}};
  for (const auto& [name, next] : below)
    if (static_cast<int>(next) > static_cast<int>(level))
      for (const Element* child : e.all(name)) add_place(*child, next, index, out, c);
}

JmaForecastIntensity forecast_of(const Element& e) {
  return {intensity_of(e.text_of("From")), intensity_of(e.text_of("To"))};
}

void read_forecast(const Element& forecast, JmaEarthquakeReport& out, const JmaContext& c) {
  if (const Element* greatest = forecast.find("ForecastInt")) out.forecast_greatest = forecast_of(*greatest);
  for (const Element* p : forecast.all("Pref"))
    for (const Element* e : p->all("Area")) {
      JmaForecastArea a;
      a.prefecture = jma_area(*p, c);
      a.area = jma_area(*e, c);
      if (const Element* kind = e->find("Category/Kind")) a.kind = jma_kind(*kind);
      if (const Element* i = e->find("ForecastInt")) a.intensity = forecast_of(*i);
      a.arrival = c.time(*e, "ArrivalTime");
      a.condition = e->text_of("Condition");
      out.forecast.push_back(std::move(a));
    }
}

}  // namespace

JmaEarthquake jma_earthquake(const Element& e, const JmaContext& c) {
  JmaEarthquake out;
  out.origin_time = c.time(e, "OriginTime");
  out.arrival_time = c.time(e, "ArrivalTime");
  out.condition = e.text_of("Condition");
  if (const Element* h = e.find("Hypocenter")) {
    JmaHypocentre hypocentre;
    if (const Element* area = h->find("Area")) {
      hypocentre.area = jma_area(*area, c);
      hypocentre.detailed_name = area->text_of("DetailedName");
      hypocentre.detailed_code = area->text_of("DetailedCode");
      hypocentre.near_mark = area->text_of("NameFromMark");
      // Of several coordinates (degrees, and degrees with minutes) the first that is one; jma_area() has tried the first of all.
      const auto coordinates = area->all("Coordinate");
      for (std::size_t i = 1; i < coordinates.size() && !hypocentre.area.place; ++i) hypocentre.area.place = jma_place(*coordinates[i], c);
      if (hypocentre.area.place) hypocentre.depth = depth_of(*hypocentre.area.place);
      else if (const Element* none = area->find("Coordinate"); none && !none->attribute("description").empty())
        hypocentre.depth = geo::Quantity::word(none->attribute("description"), "km");
    }
    hypocentre.source = h->text_of("Source");
    out.hypocentre = std::move(hypocentre);
  }
  for (const Element* m : e.all("Magnitude")) out.magnitudes.push_back({m->attribute("type"), jma_quantity(*m), m->attribute("description")});
  return out;
}

JmaEarthquakeReport jma_earthquake_report(const Element& body, const JmaContext& c) {
  JmaEarthquakeReport out;
  for (const Element* e : body.all("Earthquake")) out.earthquakes.push_back(jma_earthquake(*e, c));
  if (const Element* observed = body.find("Intensity/Observation")) {
    out.code_tables = jma_code_tables(*observed);
    if (const Element* greatest = observed->find("MaxInt")) out.greatest = intensity_of(greatest->text);
    for (const Element* p : observed->all("Pref")) add_place(*p, JmaIntensityPlace::Level::prefecture, 0, out, c);
  }
  if (const Element* forecast = body.find("Intensity/Forecast")) {
    if (out.code_tables.empty()) out.code_tables = jma_code_tables(*forecast);
    read_forecast(*forecast, out, c);
  }
  out.next_advisory = body.text_of("NextAdvisory");
  out.comments = jma_comments(body);
  return out;
}

}  // namespace tenbo::io::message
