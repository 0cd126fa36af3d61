// tenbo priority: which structures of a scene somebody should see to first.
#include <fmt/format.h>

#include "ranking.h"
#include "tenbo/runtime/structure_name.h"

namespace tenbo::app {
namespace {

void print_text(std::FILE* out, const runtime::PriorityReport& r, bool ja) {
  for (const auto& h : r.base->hazards) {
    if (h.source.actuality != runtime::Actuality::actual) fmt::print(out, "*** {}: {} ***\n", runtime::banner_words(h.source.actuality), h.about.title.in(ja));
    fmt::print(out, "{}  ({}{})\n", h.about.title.in(ja), h.source.source.empty() ? "source not stated" : h.source.source, h.source.issue_time ? ", issued " + geo::format_utc(*h.source.issue_time) : "");
    if (!h.trouble.empty()) fmt::print(out, "  unknown: {}\n", h.trouble);
  }
  fmt::print(out, "{} structures at {}: {} touched, {} unknown; {} in poor state; {} listed\n", r.structures, r.question.time ? geo::format_utc(*r.question.time) : std::string("no time"), r.touched, r.unknown, r.poor, r.listed);
  std::size_t rank = 0;
  for (const auto& row : r.rows) {
    const auto& s = r.structure(row);
    const auto name = runtime::structure_name(*r.base->structures, row.structure, ja);
    fmt::print(out, "{:>4}  {:5.1f}  {}\n", ++rank, row.priority.score, name.empty() ? s.id : name + " (" + s.id + ")");
    for (const auto& reason : row.priority.reasons)
      fmt::print(out, "        {:<10} {:.2f}{} {}{}{}{}\n", inspection::to_string(reason.factor), reason.value, reason.decides ? "*" : " ", reason.text.in(ja), reason.known ? "" : ja ? "（不明）" : " (unknown)",
                 reason.year ? fmt::format("  {}", reason.year) : std::string(), reason.source.empty() ? "" : "  [" + reason.source + "]");
    if (row.detour) fmt::print(out, "        {}{}\n", runtime::detour_words(*row.detour, ja), row.detour_now ? "; " + std::string(ja ? "浸水時: " : "under water: ") + runtime::detour_words(*row.detour_now, ja) : "");
  }
  if (!r.base->roads_trouble.empty()) fmt::print(out, "{}\n", r.base->roads_trouble);
  const auto& w = r.question.weights;
  fmt::print(out, "score = 100 x condition^{:g} x hazard^{:g} x importance^{:g}; what comes in {:g} h counts half\n", w.condition, w.hazard, w.importance, w.arrival_hours);
}

}  // namespace

int run_priority(const Options& o) {
  const bool ja = o.language != "en";
  const auto refuse = [&](const OpenError& e) {
    if (o.json && e.status != exit_usage) print(o.out, {{"ranking", Json::array()}, {"rules", nullptr}, {"sources", Json::array()}, {"errors", Json::array({e.error.text()})}});
    return report(e);
  };
  auto opened = open_session(o, false);
  if (auto* e = std::get_if<OpenError>(&opened)) return refuse(*e);
  auto& session = *std::get<0>(opened);
  auto spec = spec_of(o, session.engine->scene());
  if (!spec) return refuse({exit_usage, spec.error()});
  auto base = session.engine->priority(*spec);
  if (!base) return refuse({base.error().code == ErrorCode::invalid_argument ? exit_usage : exit_nothing, base.error()});
  const auto ranked = runtime::rank(*base, question_of(o, *spec, *session.engine));
  if (!o.gpkg.empty())
    if (auto s = runtime::write_priority_geopackage(o.gpkg, ranked, ja); !s) return refuse({exit_nothing, s.error()});
  for (const auto& d : doubts_of(ranked)) std::fprintf(stderr, "tenbo: warning: %s\n", d.c_str());
  if (o.json) print(o.out, json_of(ranked, ja));
  else if (o.csv) print_csv(o.out, runtime::priority_csv(ranked, ja), o.bom);
  else print_text(o.out, ranked, ja);
  return session.exit_status();
}

}  // namespace tenbo::app
