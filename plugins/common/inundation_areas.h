#pragma once
// Areas of assumed inundation from vector files, or from PLATEAU's water bodies (fld, ifld, htd, tnm, rfld), as shapes in the official
// classes of depth, or of how long the water stays.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "inundation.h"
#include "tenbo/plugin_api/publication.hpp"

namespace hazard {

class InundationAreas {
 public:
  // `column` empty: the first of the usual names that a file has, or PLATEAU's risk attribute. `plan` (of PLATEAU) "planned" or "maximum":
  // what the data says to be of the other plan is left out. Throws where a file cannot be read or has no such column.
  void read(const tenbo::plugin::Host& host, const std::vector<std::string>& paths, const std::string& column, const std::string& plan = {}) {
    std::vector<File> files;
    tenbo_vector_options o{};
    o.size = sizeof o;
    for (const auto& path : paths) {
      File in{tenbo::plugin::VectorFile(host, path, o), {}, {}, {}, {}, {}, {}};
      const auto& columns = in.file.columns();
      if (column.empty() && read_risks(in, plan)) {
        files.push_back(std::move(in));
        continue;
      }
      std::string all;
      for (const auto& c : columns) all += (all.empty() ? "" : ", ") + c.name;
      std::uint32_t at = static_cast<std::uint32_t>(columns.size());
      for (const auto& name : column.empty() ? inundation::usual_columns() : std::vector<std::string>{column}) {
        at = static_cast<std::uint32_t>(std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; }) - columns.begin());
        if (at < columns.size()) break;
      }
      if (at >= columns.size())
        throw std::runtime_error(path + " has no column of depth classes; name it with \"depth_column\": " + (all.empty() ? "there are none" : all));
      in.column = columns[at].name;
      in.scale = inundation::scale_of(in.column);
      in.words = words_of(in.file, at);
      for (std::uint32_t c = 0; c < columns.size() && in.file.rows() <= most_described; ++c)
        if (c != at && columns[c].name.starts_with("A31")) in.others.emplace_back(columns[c].name, words_of(in.file, c));  // river, office
      files.push_back(std::move(in));
    }
    files_.swap(files);
  }
  bool empty() const { return files_.empty(); }
  // Is what they say how long the water stays, and not how deep it is?
  bool durations() const { return !files_.empty() && std::all_of(files_.begin(), files_.end(), [](const File& f) { return f.scale == inundation::Scale::duration; }); }

  void add_to(tenbo::plugin::Publication& out) const {
    using tenbo::plugin::both;
    std::vector<std::uint32_t> depths(inundation::classes), durations(inundation::duration_classes);  // listed from the worst down, as every legend of a scale
    const auto add = [&](const inundation::DepthClass& c) { return out.add_class(c.level, c.colour, c.ja, c.en); };
    if (!this->durations())
      for (int i = inundation::classes; i-- > 0;) depths[static_cast<std::size_t>(i)] = add(inundation::depth_class(i));
    if (std::any_of(files_.begin(), files_.end(), [](const File& f) { return f.scale == inundation::Scale::duration; }))
      for (int i = inundation::duration_classes; i-- > 0;) durations[static_cast<std::size_t>(i)] = add(inundation::duration_class(i));
    const auto unknown = out.add_class(TENBO_LEVEL_UNKNOWN, {0x90, 0x98, 0xa0}, this->durations() ? "浸水継続時間不明" : "浸水深不明",
                                       this->durations() ? "Duration not known" : "Depth not known", true);
    std::size_t split = 0, not_understood = 0, without_list = 0;
    for (const auto& in : files_) {
      const bool lasting = in.scale == inundation::Scale::duration;
      const auto places = in.file.places();
      for (std::uint32_t r = 0; r < in.words.size(); ++r) {
        if (!in.left_out.empty() && in.left_out[r]) continue;
        const auto c = in.risks.empty() ? inundation::class_of(in.scale, in.words[r]) : inundation::class_of(in.risks[r]);
        if (!c) ++not_understood, without_list += !in.risks.empty() && inundation::is_bare_code(in.risks[r]);
        else if (c->split) ++split;
        const auto row = out.add_row("inundation/" + std::to_string(&in - files_.data() + 1) + "/" + std::string(in.file.id(r)));
        out.put(row, "row", std::string_view("inundation"));
        out.put(row, lasting ? "duration" : "depth", std::string_view(in.words[r]));
        for (const auto& [name, words] : in.others) out.put(row, name, std::string_view(words[r]));
        const auto shape_class = c ? (lasting ? durations : depths)[static_cast<std::size_t>(c->index)] : unknown;
        if (std::isfinite(places[r].lon)) out.area(row, shape_class, {}, in.file.handle(), r);
        else out.record(row, shape_class, {});
      }
    }
    if (split)
      out.warn(both(std::to_string(split) + " 区域は浸水深の範囲が公式の階級の二つ以上にまたがり、最も深い階級で表示",
                    std::to_string(split) + " areas have a range of depths that lies in two or more of the official classes: shown in the deepest of them"));
    if (not_understood)
      out.warn(both(std::to_string(not_understood) + " 区域は" + (this->durations() ? "浸水継続時間" : "浸水深") + "を読み取れず斜線で表示",
                    std::to_string(not_understood) + " areas have no " + (this->durations() ? "duration" : "depth") + " that can be read: hatched"));
    if (without_list)
      out.warn(both("うち " + std::to_string(without_list) + " 区域は自治体独自のランク（rankOrg）で、コードリストがファイルの示す場所にありません",
                    std::to_string(without_list) + " of them have a rank of the city's own (rankOrg), and its code list is not where the file says: unpack the package whole"));
  }

 private:
  static constexpr std::uint32_t most_described = 200'000;  // rows of a file whose other columns are kept too
  struct File {
    tenbo::plugin::VectorFile file;
    std::string column;
    inundation::Scale scale;
    std::vector<std::string> words;  // as the file says
    std::vector<std::pair<std::string, std::vector<std::string>>> others;
    std::vector<inundation::Risk> risks;  // of PLATEAU, one a row; else empty
    std::vector<bool> left_out;           // of another plan; empty: none is
  };
  // false: the file has no such attribute.
  static bool read_risks(File& in, const std::string& plan) {
    const auto& columns = in.file.columns();
    std::vector<std::string> scale, name;
    const auto keep = [&](const char* as, std::vector<std::string> values) {  // of several kinds of water in a file, each row has its own
      for (auto& [had, words] : in.others)
        if (had == as) {
          for (std::size_t r = 0; r < words.size(); ++r)
            if (words[r].empty()) words[r] = std::move(values[r]);
          return;
        }
      in.others.emplace_back(as, std::move(values));
    };
    for (std::uint32_t c = 0; c < columns.size(); ++c) {
      const auto part = inundation::risk_part(columns[c].name);
      if (part.empty()) continue;
      in.risks.resize(in.file.rows());
      auto words = words_of(in.file, c);
      const auto take = [&](std::string inundation::Risk::*to) {
        for (std::size_t r = 0; r < words.size(); ++r)
          if (!words[r].empty()) in.risks[r].*to = std::move(words[r]);
      };
      if (part == "rank") take(&inundation::Risk::rank);
      else if (part == "rank_code") take(&inundation::Risk::rank_code);
      else if (part == "rankOrg") take(&inundation::Risk::rank_org);
      else if (part == "depth") take(&inundation::Risk::depth);
      else if (part == "description" || part == "adminType" || part == "scale" || part == "duration") keep(part == "duration" ? "duration_hours" : part == "adminType" ? "administrator" : std::string(part).c_str(), std::move(words));
      else if (part == "scale_code") {
        scale.resize(words.size());
        for (std::size_t r = 0; r < words.size(); ++r)
          if (!words[r].empty()) scale[r] = std::move(words[r]);
      }
    }
    if (in.risks.empty()) return false;
    for (std::uint32_t c = 0; c < columns.size(); ++c)
      if (columns[c].name == "gml:name") in.others.emplace_back("name", words_of(in.file, c));
    for (const auto& r : in.risks) in.words.push_back(!r.rank.empty() ? r.rank : !r.rank_org.empty() ? r.rank_org : r.depth);
    if (plan == "planned" || plan == "maximum")
      for (const auto& code : scale) in.left_out.push_back(code == (plan == "planned" ? "2" : "1"));
    in.scale = inundation::Scale::rank;
    return true;
  }
  static std::vector<std::string> words_of(const tenbo::plugin::VectorFile& file, std::uint32_t column) {
    std::vector<std::string> out;
    for (const auto& v : file.values(column)) out.push_back(v.type == TENBO_BOOLEAN ? std::string() : tenbo::plugin::words_of(v));
    return out;
  }
  std::vector<File> files_;
};

}  // namespace hazard
