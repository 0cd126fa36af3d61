#include "tsunami.h"

#include <array>

namespace tsunami {

namespace {
constexpr std::array<const char*, 6> row_words{"none", "slight", "advisory", "warning", "major", ""};
constexpr std::array<const char*, 6> shown_words{"津波なし", "若干の海面変動", "津波注意報", "津波警報", "大津波警報", "不明"};

constexpr std::array<const char*, 6> shown_words_en{"none", "slight change", "advisory", "warning", "major warning", "not known"};

std::string arrival_of(const Row& r) {
  const std::string time = clock(r.text("arrival"), r.text("report_time").substr(0, 10));
  const auto& word = r.text("arrival_condition");
  return time.empty() ? word : word.empty() ? time : time + " " + word;
}

// What the Agency wrote; else what the number says.
std::string height_of(const Row& r) {
  const auto& words = r.text("height_words").empty() ? r.text("height") : r.text("height_words");
  return words == "不明" ? std::string() : narrow(words);
}
}  // namespace

Warning warning_of(const std::string& word) {
  for (std::size_t i = 0; i + 1 < row_words.size(); ++i)
    if (word == row_words[i]) return static_cast<Warning>(i);
  return Warning::unknown;
}
const char* words(Warning w, bool ja) { return (ja ? shown_words : shown_words_en)[static_cast<std::size_t>(w)]; }

std::string clock(const std::string& time, const std::string& day) {
  if (time.size() < 16 || time[10] != 'T') return {};
  const std::string hours = time.substr(11, 5);
  if (time.compare(0, 10, day) == 0) return hours;
  return (time[8] == '0' ? time.substr(9, 1) : time.substr(8, 2)) + "日 " + hours;
}

Report read_report(const std::vector<Row>& rows) {
  Report out;
  for (const auto& r : rows) {
    const auto &row = r.text("row"), &part = r.text("part");
    if (row == "coast" && part != "observation") {
      Coast c;
      c.code = r.text("code");
      c.name = r.text("name");
      c.warning = warning_of(r.text("warning"));
      if (const auto before = warning_of(r.text("last_warning")); before != Warning::unknown) c.before = before;
      c.arrival = arrival_of(r);
      c.height = height_of(r);
      c.row = &r;
      (part == "forecast" ? out.forecast : out.estimation).push_back(std::move(c));
    } else if (row == "station") {
      Station s;
      s.code = r.text("code");
      s.name = r.text("name");
      s.observed = part == "observation";
      s.offshore = !r.text("sensor").empty();  // ブイ, 水圧計: VTSE52 says with what
      s.arrival = arrival_of(r);
      s.height = height_of(r);
      s.height_m = r.number("height_value");
      for (const char* name : {"height_note", "height_condition"})
        if (!r.text(name).empty() && r.text(name) != s.height) s.condition += (s.condition.empty() ? "" : " ") + r.text(name);
      s.row = &r;
      out.stations.push_back(std::move(s));
    }
  }
  return out;
}

namespace {
std::optional<Warning> known(Warning w) { return w == Warning::unknown ? std::nullopt : std::optional(w); }
}  // namespace

std::optional<Warning> before_of(const Coast& coast, const Report* before) {
  if (coast.before || !before) return coast.before;
  for (const auto& b : before->forecast)
    if (b.code == coast.code) return known(b.warning);
  return Warning::none;  // a coast that a message does not name has nothing
}

std::vector<Change> changes(const Report& now, const Report* before) {
  std::vector<Change> out;
  for (const auto& c : now.forecast) {
    const auto was = before_of(c, before);
    if (was && known(c.warning) && *was != c.warning) out.push_back({c.name, *was, c.warning});
  }
  if (before)
    for (const auto& b : before->forecast) {
      bool still = b.warning == Warning::none || b.warning == Warning::unknown;
      for (const auto& c : now.forecast) still = still || c.code == b.code;
      if (!still) out.push_back({b.name, b.warning, Warning::none});
    }
  return out;
}

std::vector<std::string> notes(const std::vector<Change>& changes, bool ja) {
  std::string raised, lowered, ended;
  for (const auto& c : changes) {
    // What ends is not "lowered to nothing"; a slight change of the sea may still follow.
    const bool ends = c.now <= Warning::slight && c.before >= Warning::advisory;
    auto& line = ends ? ended : c.now > c.before ? raised : lowered;
    line += (line.empty() ? "" : ", ") + c.name + " (" + words(c.before, ja) + " → " + words(c.now, ja) + ")";
  }
  std::vector<std::string> out;
  for (const auto& [line, title] : {std::pair{&raised, ja ? "引上げ・発表: " : "Raised: "}, {&lowered, ja ? "引下げ: " : "Lowered: "}, {&ended, ja ? "解除: " : "Ended: "}})
    if (!line->empty()) out.push_back(title + *line);
  return out;
}

}  // namespace tsunami
