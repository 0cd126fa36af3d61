// Inspection records of bridges and other structures: names the lists of structures, inspections and defects with their mappings,
// and follows the files. The host reads them into a register; the engine draws the markers and ties them to bridges.
#include <string>
#include <vector>

#include "tenbo/plugin_api/plugin.hpp"

namespace {
using tenbo::plugin::check;
using tenbo::plugin::text;
using tenbo::plugin::view;

class InfraInspection final : public tenbo::plugin::Plugin {
 public:
  explicit InfraInspection(const tenbo_host* raw) : Plugin(raw), lists_(host().extension<tenbo_inspection>(TENBO_EXT_INSPECTION)) {
    if (!lists_) throw std::runtime_error("this Tenbo has no " TENBO_EXT_INSPECTION);
  }

  void activate() override {
    follow();
    read();
  }
  void apply() override {
    follow();
    refresh("the changed parameters do not fit the data");
  }
  void file_changed(const std::string& path) override { refresh("the new " + path + " cannot be read"); }

 private:
  // Closes what it holds.
  class Register {
   public:
    Register(const tenbo_host* host, const tenbo_inspection* lists) : host_(host), lists_(lists) {}
    ~Register() {
      if (handle) lists_->close(host_, handle);
    }
    Register(const Register&) = delete;
    Register& operator=(const Register&) = delete;
    const tenbo_register* handle = nullptr;

   private:
    const tenbo_host* host_;
    const tenbo_inspection* lists_;
  };

  void follow() {
    std::vector<std::string> files{parameter("path")};
    for (const char* name : {"history", "defects"})
      for (const auto& p : list(name)) files.push_back(p);
    for (const char* name : {"mapping", "history_mapping", "defects_mapping"})
      if (const auto& p = parameter(name); p.ends_with(".json")) files.push_back(p);
    std::erase_if(files, [](const std::string& f) { return f.starts_with("PG:"); });  // a database tells nobody that it changed
    watch(files);
  }

  // The last good records stay where the new ones are wrong.
  void refresh(const std::string& what_failed) {
    try {
      read();
    } catch (const tenbo::plugin::HostError& e) {
      if (e.code != TENBO_CLOSED) host().report(what_failed + "; what is shown are the records before it");
    } catch (const std::exception& e) {
      host().report(what_failed + " (" + e.what() + "); what is shown are the records before it");
    }
  }

  void read() {
    std::vector<tenbo_list> lists;
    tenbo_list l{};
    l.size = sizeof l;
    l.path = text(parameter("path"));
    l.layer = text(parameter("layer"));
    l.encoding = text(parameter("encoding"));
    l.mapping = text(parameter("mapping"));
    l.id_column = text(parameter("id_column"));
    l.name_column = text(parameter("name_column"));
    l.kind_column = text(parameter("kind_column"));
    l.grade_column = text(parameter("grade_column"));
    l.year_column = text(parameter("year_column"));
    l.source_column = text(parameter("source_column"));
    l.lon_column = text(parameter("lon_column"));
    l.lat_column = text(parameter("lat_column"));
    l.scale = text(parameter("scale"));
    l.source = text(parameter("source"));
    lists.push_back(l);
    const auto history = list("history"), defects = list("defects");
    add(lists, history, "history_mapping", "history");
    add(lists, defects, "defects_mapping", "defects");

    Register made(host().raw(), lists_);
    check(lists_->read(host().raw(), lists.data(), static_cast<std::uint32_t>(lists.size()), &made.handle), "the lists cannot be read");
    tenbo_register_info info{};
    info.size = sizeof info;
    check(lists_->info(host().raw(), made.handle, &info), "the register's description cannot be read");

    std::vector<tenbo_text> warnings;
    const std::string source = parameter("source").empty() ? std::string(view(info.source)) : parameter("source");
    for (const auto& [mapping, lists_of_it] : {std::pair("history_mapping", &history), {"defects_mapping", &defects}})
      if (!parameter(mapping).empty() && lists_of_it->empty()) warnings.push_back(text(std::string_view(mapping).starts_with("h") ? "history_mapping is given, and no history" : "defects_mapping is given, and no defects"));
    if (source.empty()) warnings.push_back(text("neither the file nor the layer says where the records come from"));
    tenbo_about about{};
    about.size = sizeof about;
    about.title = parameter("title").empty() ? text("Inspection") : text(parameter("title"));
    about.source = text(source);
    about.certainty = TENBO_CERTAINTY_UNKNOWN;  // the lists do not say; a grade is an inspector's word
    about.warnings = warnings.data();
    about.warning_count = static_cast<std::uint32_t>(warnings.size());
    check(lists_->publish(host().raw(), &about, made.handle, text(parameter("photos")), flag("use_height") ? 1 : 0), "the records were not accepted");
  }

  void add(std::vector<tenbo_list>& lists, const std::vector<std::string>& paths, const char* mapping, const char* shipped) const {
    for (const auto& p : paths) {
      tenbo_list l{};
      l.size = sizeof l;
      l.path = text(p);
      l.mapping = parameter(mapping).empty() ? text(shipped) : text(parameter(mapping));
      lists.push_back(l);
    }
  }

  const tenbo_inspection* lists_;
};
}  // namespace

TENBO_PLUGIN("infra_inspection", InfraInspection)
