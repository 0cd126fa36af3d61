// Warnings and reports from memory, whatever the bytes: each reader answers with a record or an error that says something.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tenbo/base/text.h"
#include "tenbo/io/cap.h"
#include "tenbo/io/jma.h"
#include "tenbo/io/shakemap.h"
#include "tenbo/io/usgs.h"

namespace {

using namespace tenbo;

template <class T>
bool good(const Result<T>& r) {
  if (r) return true;
  if (r.error().message.empty() || r.error().file != "fuzz") std::abort();
  return false;
}
void check(const geo::Quantity& q) {
  if (q.value() && (!std::isfinite(*q.value()) || !q.word().empty())) std::abort();
}
void check(const std::optional<io::JmaPlace>& p) {
  if (p && (!(std::abs(p->lat) <= 90) || !(std::abs(p->lon) <= 180))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('{') || text.starts_with('[')) {
    if (const auto r = io::read_usgs(text, "fuzz"); good(r))
      for (const auto& e : r->earthquakes) {
        check(e.magnitude);
        check(e.depth);
        if (!(std::abs(e.lon) <= 180) || !(std::abs(e.lat) <= 90)) std::abort();
      }
    return 0;
  }
  if (const auto r = io::read_jma(text, "fuzz"); good(r)) {
    if (r->status == io::JmaStatus::unknown || r->info_type == io::JmaInfoType::unknown || !is_valid_utf8(r->title)) std::abort();
    if (const auto* e = std::get_if<io::JmaEarthquakeReport>(&r->body)) {
      for (const auto& p : e->places) {
        if (p.parent >= e->places.size()) std::abort();
        check(p.area.place);
      }
      for (const auto& f : e->forecast) check(f.area.place);
      for (const auto& q : e->earthquakes) {
        for (const auto& m : q.magnitudes) check(m.value);
        if (q.hypocentre) check(q.hypocentre->depth), check(q.hypocentre->area.place);
      }
    }
    if (const auto* t = std::get_if<io::JmaTsunamiReport>(&r->body))
      for (const auto& c : t->forecast) check(c.greatest.height);
  }
  if (const auto r = io::read_jma(text, "fuzz"); r)
    if (const auto* v = std::get_if<io::JmaVolcanoReport>(&r->body); v && v->plume) check(v->plume->above_crater), check(v->plume->above_sea);
  if (const auto r = io::read_cap(text, "fuzz"); good(r))
    if (r->status == io::CapStatus::unknown || r->identifier.empty()) std::abort();
  if (const auto r = io::read_shakemap(text, "fuzz"); good(r))
    for (const auto& f : r->fields)
      if (f.values.size() != static_cast<std::size_t>(r->width) * static_cast<std::size_t>(r->height)) std::abort();
  return 0;
}
