// tenbo sheet: one A4 page of one structure.
#include <chrono>

#include "ranking.h"
#include "tenbo/base/text.h"
#include "tenbo/runtime/inspection_day.h"
#include "tenbo/runtime/sheet.h"

namespace tenbo::app {

int run_sheet(const Options& o) {
  std::error_code ec;  // not after minutes of loading
  const auto folder = std::filesystem::absolute(o.output, ec).parent_path();
  if (!std::filesystem::is_directory(folder, ec))
    return report({exit_nothing, {ErrorCode::not_found, "there is no such folder to write to", folder.string(), "--output", "make it first"}});
  auto opened = open_session(o, true);
  if (auto* e = std::get_if<OpenError>(&opened)) return report(*e);
  auto& session = *std::get<0>(opened);
  auto spec = spec_of(o, session.engine->scene());
  if (!spec) return report({exit_usage, spec.error()});
  auto base = session.engine->priority(*spec);
  if (!base) return report({base.error().code == ErrorCode::invalid_argument ? exit_usage : exit_nothing, base.error()});
  auto question = question_of(o, *spec, *session.engine);
  question.most = 0;
  question.detours = 0;
  auto all = runtime::rank(*base, question);
  std::vector<std::string> ids;
  std::size_t at = all.rows.size();
  for (std::size_t i = 0; i < all.rows.size(); ++i) {
    const auto& s = all.structure(all.rows[i]);
    if (s.id == o.structure && at == all.rows.size()) at = i;
    ids.push_back(s.id);
  }
  if (at == all.rows.size()) {
    const auto near = nearest(o.structure, ids);
    return report({exit_nothing, {ErrorCode::not_found, "no structure of \"" + spec->structures + "\" has the id \"" + o.structure + "\"", "", "--structure", near.empty() ? "" : "did you mean \"" + near + "\"?"}});
  }
  for (const auto& d : doubts_of(all)) std::fprintf(stderr, "tenbo: warning: %s\n", d.c_str());
  auto row = all.rows[at];
  runtime::add_detours(**base, question, row);
  auto picture = runtime::sheet_picture(*session.engine, all, row, true);
  if (!picture) return report({exit_nothing, picture.error()});
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  if (auto s = runtime::write_sheet(o.output, all, row, at + 1, *picture, runtime::inspection_day(std::nullopt, question.time), {now / 1000 * 1000}, o.language != "en"); !s) return report({exit_nothing, s.error()});
  return session.exit_status();
}

}  // namespace tenbo::app
