// For plugins that show a field from files and follow them: what is left to say is publish(). Their plugin.json declares
// "path", and as many of "variable", "quantity", "unit", "source", "start", "issue_time", "crs", "certainty", "step_seconds",
// "nodata_is_dry" and "title" as they want a layer to be able to say.
#pragma once
#include "tenbo/plugin_api/plugin.hpp"

namespace tenbo::plugin {

class FieldPlugin : public Plugin {
 public:
  using Plugin::Plugin;

  void activate() override {
    watch(list("path"));  // before reading: a change while we read is not lost
    read();
    publish();
  }
  // The user looks at the result of the change: if the file does not fit the new parameters, that is an error to show, but
  // no reason to lose the layer.
  void apply() override {
    watch(list("path"));
    refresh("the changed parameters do not fit the data");
  }
  void file_changed(const std::string& path) override { refresh("the new " + path + " cannot be read"); }

 protected:
  virtual void publish() = 0;  // of field(); may throw
  // What the layer calls the values; empty: info() has what the file does.
  virtual std::string quantity_to_read() const { return parameter("quantity"); }
  const FieldFile& field() const { return field_; }

  // What nobody says of the data's origin.
  static std::vector<std::string> missing_words(const tenbo_field_info& info) {
    std::vector<std::string> out;
    if (info.source.size == 0) out.emplace_back("neither the file nor the layer says where the data comes from");
    if (!info.has_issue_time && info.has_valid_times) out.emplace_back("neither the file nor the layer says when it was issued");
    return out;
  }
  // Views what it is given: keep them until it is published.
  tenbo_about about(const tenbo_field_info& info, const std::string& quantity, const std::vector<tenbo_text>& warnings) const {
    tenbo_about out{};
    out.size = sizeof out;
    out.title = text(parameter("title").empty() ? quantity : parameter("title"));
    out.source = info.source;
    out.certainty = info.certainty;
    out.issue_time = info.issue_time;
    out.has_issue_time = info.has_issue_time;
    out.warnings = warnings.data();
    out.warning_count = static_cast<std::uint32_t>(warnings.size());
    return out;
  }

 private:
  void read() {
    tenbo_field_options o{};
    o.size = sizeof o;
    o.variable = text(parameter("variable"));
    const auto quantity = quantity_to_read();
    o.quantity = text(quantity);
    o.unit = text(parameter("unit"));
    o.source = text(parameter("source"));
    o.start = text(parameter("start"));
    o.issue_time = text(parameter("issue_time"));
    o.crs = text(parameter("crs"));
    if (parameter("certainty") != "unknown") o.certainty = text(parameter("certainty"));
    o.step_seconds = number("step_seconds", 0);
    o.nodata_is_dry = flag("nodata_is_dry") ? 1 : 0;
    field_ = FieldFile(host(), list("path"), o);
  }
  // What is shown stays where the new data is wrong.
  void refresh(const std::string& what_failed) {
    try {
      read();
      publish();
    } catch (const HostError& e) {
      if (e.code != TENBO_CLOSED) host().report(what_failed + "; what is shown is the data before it");
    } catch (const std::exception& e) {
      host().report(what_failed + " (" + e.what() + "); what is shown is the data before it");
    }
  }

  FieldFile field_;
};

inline std::vector<tenbo_text> texts(const std::vector<std::string>& all) {
  std::vector<tenbo_text> out;
  for (const auto& s : all) out.push_back(text(s));
  return out;
}

}  // namespace tenbo::plugin
