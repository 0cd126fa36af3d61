// Warnings of the Agency by area: what is in force, worst first, and how that becomes shapes. Of weather and of landslides alike.
#pragma once
#include <string>
#include <vector>

#include "areas.h"
#include "publication.h"

namespace hazard {

// The five levels of a warning and what is none of them. As numbers, tenbo_shape_class's levels.
enum class Rank { unknown = -1, none = 0, advisory = 2, warning = 3, danger = 4, emergency = 5 };
// By the end of its name; a level that the name says ("レベル４...") counts first. 土砂災害警戒情報's "警戒" is level 4.
Rank rank_of(std::string_view kind);

struct Warning {
  std::string kind, status, notes, last;
  bool in_force = false;
  Rank rank = Rank::unknown;
  const Report* report = nullptr;
};
struct WarnedArea {
  std::string code, name;
  tenbo_status status = TENBO_STATUS_ACTUAL;  // an exercise's or a test's area is another than the real one of the same code
  std::vector<Warning> warnings;  // of all messages; those in force first, the worst of them first
  std::optional<tenbo_time> time; // of the newest message that names it
  tenbo_time dated = 0;           // the same, for people
  std::vector<std::string> offices;
  std::optional<Rank> before;     // before that message; absent: neither it nor the one that it replaced says so
};

// Which areas of a message count.
enum class AreaKind { municipality, district, region, prefecture };
AreaKind area_kind_of(std::string_view parameter);  // "district" ...; else municipality

struct Warned {
  std::vector<WarnedArea> areas;  // by code, the real one first
  std::size_t left_to_newer = 0;  // kinds of a transitional telegram that a telegram of 2026 speaks for
};
// Messages that are not cancelled. Where a telegram of 2026 (VPWW55 to 61) names an area, what VPWW54 and VXWW50 say there of the
// same is left out: they are the lossy copy. An exercise or a test speaks for nothing real, and the other way round.
Warned warned_areas(const std::vector<const Report*>& reports, AreaKind kind);

// What is in force between the times at which messages end by themselves.
struct RankSpan {
  Span span;
  Rank rank;
};
std::vector<RankSpan> spans_of(const WarnedArea& area);

// "松江市: レベル３大雨警報 → レベル４大雨危険警報": what differs from the message before, at most `most` of it.
std::vector<std::string> changes_of(const Report& report, std::size_t most = 10);

// Class indexes of the ladder.
struct Ladder {
  std::uint32_t emergency, danger, warning, advisory, none, unknown;
  std::uint32_t of(Rank r) const;
};
Ladder add_ladder(Publication& to);
// Rows and shapes of the areas, and warnings of what has no outline. What is not matched is a row without a place.
void add_areas(Publication& to, const Warned& warned, const Ladder& ladder, const AreaIndex& index);
// Head of the whole, as heads.h makes it, headline of the worst.
void add_warning_heads(Publication& to, const std::vector<const Report*>& reports);

}  // namespace hazard
