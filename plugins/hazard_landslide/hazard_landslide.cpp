// Landslides: warnings by area and designated zones as shapes, or the risk mesh as a field.
#include <algorithm>
#include <deque>
#include <filesystem>

#include "../common/warning_plugin.h"
#include "landslide.h"

namespace {
using tenbo::plugin::text;
using tenbo::plugin::view;

constexpr std::uint64_t most_values = std::uint64_t{1} << 28;  // 1 GiB, of what is mended here

class HazardLandslide final : public hazard::WarningPlugin {
 public:
  using WarningPlugin::WarningPlugin;

 private:
  std::string key_of(const hazard::Report& report) const override { return landslide::key_of(report); }
  std::vector<std::string> other_files() const override {
    auto out = list("areas");
    for (const char* more : {"zones", "mesh"})
      for (const auto& path : list(more)) out.push_back(path);
    return out;
  }
  void reload() override {
    if (!list("mesh").empty() && (!list("zones").empty() || !list("areas").empty() || !list("path").empty()))
      throw std::runtime_error("\"mesh\" is a field: give it a layer of its own, without \"path\", \"areas\" and \"zones\"");
    read_areas();
    if (!list("mesh").empty()) {
      tenbo_field_options o{};
      o.size = sizeof o;
      o.variable = text(parameter("variable"));
      o.quantity = text("landslide risk");
      o.source = text(parameter("source"));
      o.start = text(parameter("start"));
      o.issue_time = text(parameter("issue_time"));
      o.crs = text(parameter("crs"));
      o.step_seconds = number("step_seconds", 0);
      mesh_ = tenbo::plugin::FieldFile(host(), list("mesh"), o);
    }
    std::deque<tenbo::plugin::VectorFile> zones;
    auto o = options();
    o.layer = text(parameter("zone_layer"));
    const auto paths = zone_files();
    if (paths.empty() && !list("zones").empty()) throw std::runtime_error(list("zones").front() + " holds no file of zones");
    for (const auto& path : paths) zones.emplace_back(host(), path, o);
    zones_.swap(zones);
  }
  // Files, and those of a folder: a package's udx/lsld.
  std::vector<std::string> zone_files() const {
    namespace fs = std::filesystem;
    std::vector<std::string> out;
    for (const auto& path : list("zones")) {
      std::error_code e;
      if (!fs::is_directory(path, e)) {
        out.push_back(path);
        continue;
      }
      std::vector<std::string> here;
      for (const auto& entry : fs::directory_iterator(path, e))
        for (const char* ending : {".gml", ".gpkg", ".geojson", ".shp"})
          if (entry.path().extension() == ending) here.push_back(entry.path().string());
      std::sort(here.begin(), here.end());
      out.insert(out.end(), here.begin(), here.end());
    }
    return out;
  }
  void publish(const std::vector<const tenbo::plugin::Message*>& in_force) override {
    if (list("mesh").empty()) WarningPlugin::publish(in_force);
    else publish_mesh();
  }
  hazard::Publication publication(const std::vector<const hazard::Report*>& reports) override {
    auto out = landslide::publication(reports, areas());
    out.title = "土砂災害 / Landslides";
    if (!zones_.empty()) {
      std::vector<landslide::ZoneFile> files;
      for (const auto& zones : zones_) {
        auto& f = files.emplace_back(landslide::ZoneFile{"the file of zones", tenbo::plugin::rows_of(zones), {}, zones.handle()});
        for (const auto& c : zones.columns()) f.columns.push_back(c.name);
      }
      landslide::add_zones(out, files, parameter("zone_column"));
      if (out.source.empty()) out.source = parameter("source");
      if (out.source.empty()) out.warn(hazard::both("ファイルにもレイヤにも区域の出典がありません", "neither the file nor the layer says where the zones come from"));
    } else if (out.classes().empty()) {
      hazard::add_ladder(out);
    }
    return out;
  }

  // As it is, where all values are levels; else a copy with the others unknown.
  void publish_mesh() const {
    const auto info = mesh_.info();
    std::vector<std::string> warnings;
    if (info.source.size == 0) warnings.push_back(hazard::both("ファイルにもレイヤにも出典がありません", "neither the file nor the layer says where the data comes from"));
    std::vector<std::vector<float>> slices;
    std::uint64_t others = 0;
    const std::string unit(view(info.unit));  // the Agency's meshes of risk say by it what they judge
    const bool judged = unit == "landslide judgement";
    if (!judged && unit.ends_with(" judgement")) throw std::runtime_error("the mesh is the Agency's " + unit + ", not that of landslides");
    if (judged && (!info.has_issue_time || info.issue_time < landslide::judgements_since_ms))
      throw std::runtime_error("the mesh is of before 30 June 2022 13:00 (JST), when its values meant other levels: convert it to levels 0 to 5");
    if (std::uint64_t{info.width} * info.height * info.step_count > most_values) throw std::runtime_error("the mesh has more values than are checked at once; cut it out, or give fewer steps");
    for (std::uint32_t s = 0; s < info.step_count; ++s) {
      const auto [values, count] = mesh_.slice(s);
      slices.emplace_back(values, values + count);
      others += judged ? landslide::levels_of_judgements(slices.back()) : landslide::keep_levels(slices.back());
    }
    if (others) warnings.push_back(hazard::both(std::to_string(others) + " 個の値は 0〜5 の段階でなく不明として表示", std::to_string(others) + " values are no levels from 0 to 5 and are shown as unknown"));
    if (judged && others) warnings.back() = hazard::both(std::to_string(others) + " 個の値は判定値 0〜4 でなく不明として表示", std::to_string(others) + " values are no judgements from 0 to 4 and are shown as unknown");
    std::vector<tenbo_text> said;
    for (const auto& w : warnings) said.push_back(text(w));
    tenbo_about about{};
    about.size = sizeof about;
    about.certainty = info.certainty;
    about.title = text(parameter("title").empty() ? std::string_view("土砂キキクル / Landslide risk") : std::string_view(parameter("title")));
    about.source = info.source;
    about.issue_time = info.issue_time;
    about.has_issue_time = info.has_issue_time;
    about.warnings = said.data();
    about.warning_count = static_cast<std::uint32_t>(said.size());
    tenbo_field out{};
    out.size = sizeof out;
    out.about = &about;
    out.quantity = text("landslide risk");
    out.unit = text("level");
    out.palette = text("landslide-risk");
    std::vector<const float*> pointers;
    if (others == 0 && !judged) {
      out.from_reader = mesh_.handle();
    } else {
      for (const auto& s : slices) pointers.push_back(s.data());
      out.slices = pointers.data();
      out.width = info.width;
      out.height = info.height;
      out.step_count = info.step_count;
      std::copy(std::begin(info.geotransform), std::end(info.geotransform), std::begin(out.geotransform));
      out.crs = info.crs;
      out.valid_times = info.has_valid_times ? info.valid_times : nullptr;
    }
    host().publish(out);
  }

  tenbo::plugin::FieldFile mesh_;
  std::deque<tenbo::plugin::VectorFile> zones_;
};
}  // namespace

TENBO_PLUGIN("hazard_landslide", HazardLandslide)
