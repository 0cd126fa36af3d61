#pragma once
// What the panel of structures remembers and shows.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/inspection/as_of.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::shell {

enum class StructuresTab { totals, years, list };
inline constexpr std::array totals_shown{inspection::By::municipality, inspection::By::kind, inspection::By::age};

// What a filter asks of a register, and what came of it; made beside the frame.
struct StructuresQuestion {
  std::shared_ptr<const inspection::Register> records;
  inspection::Filter filter;                           // as_of: the year that overdue is counted at
  inspection::Day day = inspection::latest_day;        // that grades are as of
};
bool same(const StructuresQuestion& a, const StructuresQuestion& b);
struct StructuresAnswer {
  static constexpr std::size_t most_listed = 2000;
  StructuresQuestion question;
  std::shared_ptr<const inspection::AsOf> known;       // by the question's day
  std::shared_ptr<const inspection::Finder> finder;    // of the register: the next question takes it over
  std::shared_ptr<const inspection::Selection> selection;
  std::array<inspection::Totals, totals_shown.size()> totals;  // by totals_shown
  std::vector<inspection::YearCount> years;
  std::vector<std::uint32_t> list;                     // the worst first
  std::vector<std::string> municipalities;             // of the whole register, the largest first; "" is those without one, where there are any
  std::vector<inspection::Kind> kinds;                 // the same
};
StructuresAnswer answer(const StructuresQuestion& question, const StructuresAnswer* before);

struct StructuresTool {
  StructuresTab tab = StructuresTab::totals;
  std::size_t by = 0;                                  // of totals_shown
  inspection::Filter filter;                           // as_of is the desk's
  struct Source { std::uint32_t layer; std::string name, title, source; };
  std::vector<Source> sources;                         // layers with structures, of this frame
  std::optional<std::uint32_t> layer;                  // that is chosen; absent: the first
  inspection::Day day = inspection::latest_day;        // that all is as of: of the year that was chosen, the scene's time, or today
  bool as_of_today = false;                            // the scene has no time of its own, and no year was chosen
  std::shared_ptr<const StructuresAnswer> answer;      // of the question, or of the one before
  bool counting = false;
  std::optional<std::uint32_t> go_to;                  // structure; asked for in the panel
  const Source* source() const;
};

}  // namespace tenbo::shell
