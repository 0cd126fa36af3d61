// A plume, as a report says it.
#include <array>
#include <cmath>

#include "volcano.h"

namespace volcano {
using hazard::Row;

Plume plume_of(const Row& r) {
  constexpr std::array<std::pair<const char*, const char*>, 16> directions{{{"北", "N"}, {"北北東", "NNE"}, {"北東", "NE"}, {"東北東", "ENE"},
                                                                            {"東", "E"}, {"東南東", "ESE"}, {"南東", "SE"}, {"南南東", "SSE"},
                                                                            {"南", "S"}, {"南南西", "SSW"}, {"南西", "SW"}, {"西南西", "WSW"}, {"西", "W"}, {"西北西", "WNW"}, {"北西", "NW"}, {"北北西", "NNW"}}};
  constexpr double foot = 0.3048;  // m
  Plume out;
  const auto above = r.number("plume_above_crater_value"), sea = r.number("plume_above_sea_value"), crater = r.number("elevation_value");
  if (above && crater) out.top = *crater + *above;
  else if (sea) out.top = *sea * (r["plume_above_sea"].find("FT") != std::string_view::npos ? foot : 1);
  out.above = above ? above : out.top && crater ? std::optional(*out.top - *crater) : std::nullopt;
  if (above) {
    out.ja = "火口上 " + std::string(r["plume_above_crater"]);
    out.en = "crater +" + std::string(r["plume_above_crater"]);
  } else if (sea) {
    out.ja = "海抜 " + std::string(r["plume_above_sea"]);
    out.en = "sea +" + std::string(r["plume_above_sea"]);
  } else {
    const std::string word(r["plume_above_crater"].empty() ? r["plume_above_sea"] : r["plume_above_crater"]);
    out.ja = "高さ" + (word.empty() ? std::string("不明") : word);
    out.en = word.empty() || word == "不明" ? "height not known" : "height " + word;
  }
  const auto direction = r["plume_direction"];
  for (std::size_t i = 0; i < directions.size(); ++i)
    if (direction == directions[i].first) {
      out.bearing = 22.5 * static_cast<double>(i);
      out.ja += " " + std::string(direction) + "へ";
      out.en += ", to " + std::string(directions[i].second);
    }
  if (!out.bearing && !direction.empty()) {
    out.ja += " " + std::string(direction);
    out.en += direction == "直上" ? ", straight up" : direction == "流向不明" || direction == "不明" ? ", direction not known" : ", " + std::string(direction);
  }
  return out;
}

}  // namespace volcano
