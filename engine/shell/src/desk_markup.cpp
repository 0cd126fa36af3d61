// Mark-up at the desk: read when it is first wanted, written at each change.
#include <cstdlib>

#include "desk.h"
#include "tenbo/base/file.h"

namespace tenbo::shell {

std::filesystem::path Desk::markup_file() const { return markup_path(engine_.scene().path, options_.markup); }

void Desk::load_markup() {
  MarkupTool& tool = state_.markup;
  if (tool.author.empty())
    if (const char* user = std::getenv("USER")) tool.author = user;
  if (markup_of_ == markup_file()) return;
  auto read = read_markup(markup_file());
  if (!read) {  // nothing is written over what cannot be read
    report(read.error());
    state_.close(Panel::markup);
    return;
  }
  markup_of_ = markup_file();
  tool.marks = std::move(read->marks);
  if (read->passed_over > 0) log_.warning(markup_of_.string() + ": " + std::to_string(read->passed_over) + " features are no marks and are left out");
}

// As they stand in the file, where others may have drawn meanwhile.
Result<std::vector<Mark>> Desk::marks_now() const {
  auto read = read_markup(markup_of_);
  if (!read) return read.error();
  return std::move(read->marks);
}

void Desk::add_mark() {
  MarkupTool& tool = state_.markup;
  if (state_.tool != Panel::markup || tool.points.size() < least_points(tool.kind) || tool.author.empty() || markup_of_.empty()) return;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto next = marks_now();
  if (!next) return report(next.error());
  next->push_back({tool.kind, tool.points, tool.note, tool.author, geo::Instant{now / 1000 * 1000}});
  const Status written = write_markup(markup_of_, *next);
  report(written);
  if (!written.ok()) return;  // what was drawn stays, to be tried again
  tool.marks = std::move(*next);
  tool.points.clear();
  tool.note.clear();
  state_.say(words_.tr("markup.added", engine_.language()) + " " + markup_of_.filename().string());
  log_.info("markup: " + std::to_string(tool.marks.size()) + " in " + markup_of_.string());
}

void Desk::tend_markup() {
  MarkupTool& tool = state_.markup;
  if (markup_file() != markup_seen_) {  // another scene
    markup_seen_ = markup_file();
    tool.removed.clear();
    load_markup();
  }
  if (!tool.remove) return;
  const std::size_t which = *std::exchange(tool.remove, std::nullopt);
  if (which >= tool.marks.size()) return;
  auto next = marks_now();
  if (!next) return report(next.error());
  const Mark gone = tool.marks[which];
  std::erase(*next, gone);
  const Status written = write_markup(markup_of_, *next);
  report(written);
  if (!written.ok()) return;
  tool.marks = std::move(*next);
  tool.removed.emplace_back(which, gone);
  state_.say(words_.tr("markup.removed", engine_.language()));
}

// The last mark that was removed comes back, where the tool is open; false: there is none.
bool Desk::restore_mark() {
  MarkupTool& tool = state_.markup;
  if (state_.tool != Panel::markup || tool.removed.empty() || markup_of_.empty()) return false;
  auto next = marks_now();
  if (!next) {
    report(next.error());
    return true;
  }
  const auto& [at, mark] = tool.removed.back();
  next->insert(next->begin() + static_cast<std::ptrdiff_t>(std::min(at, next->size())), mark);
  const Status written = write_markup(markup_of_, *next);
  report(written);
  if (!written.ok()) return true;
  tool.removed.pop_back();
  tool.marks = std::move(*next);
  state_.say(words_.tr("markup.restored", engine_.language()));
  return true;
}

}  // namespace tenbo::shell
