// What the plugins of warnings have in common at the host's side: messages become reports once each, and outlines are read beside them.
#pragma once
#include <algorithm>
#include <map>

#include "areas.h"
#include "publication.h"
#include "report.h"
#include "tenbo/plugin_api/message_plugin.hpp"

namespace hazard {

class WarningPlugin : public tenbo::plugin::MessagePlugin {
 public:
  using MessagePlugin::MessagePlugin;

 protected:
  // Plain logic, of the plugin's own.
  virtual std::string key_of(const Report& report) const = 0;
  virtual Publication publication(const std::vector<const Report*>& reports) = 0;
  const AreaIndex& areas() const { return areas_; }

  // What has lifted everything stands no longer.
  virtual bool report_stands(const Report& report, tenbo_time now) const {
    (void)now;
    return report.rows.empty() || std::any_of(report.rows.begin(), report.rows.end(), [](const Row& row) { return row["in_force"] != "false"; });
  }
  bool stands(const tenbo::plugin::Message& m, tenbo_time now) const final {
    if (tenbo::plugin::view(m.head.code) != "CAP") return MessagePlugin::stands(m, now) && report_stands(*report_of(m), now);
    // What ends an alert is kept longer than any alert: it would come back. An alert that does not say when it ends does after a month.
    constexpr tenbo_time day = 24LL * 3600 * 1000;  // ms
    const auto& h = m.head;
    if (m.cancelled() || h.references.size) return now < m.time() + 366 * day;
    return now < (h.has_valid_until ? std::min(h.valid_until, m.time() + 365 * day) : m.time() + 30 * day);
  }
  std::string take(const tenbo::plugin::Message& m) const final { return key_of(*report_of(m, tenbo::plugin::view(m.head.code) == "CAP")); }
  void publish(const std::vector<const tenbo::plugin::Message*>& in_force) override {
    std::map<std::uint64_t, std::shared_ptr<Report>> kept;
    std::vector<const Report*> reports;
    for (const auto* m : in_force) {
      auto& r = kept[m->order];
      const auto known = reports_.find(m->order);
      r = known != reports_.end() ? known->second : report_of(*m);
      if (!m->previous) r->before = nullptr;
      else if (!r->before || r->before->order != m->previous->order) {
        const auto was = reports_.find(m->previous->order);
        const auto before = was != reports_.end() ? was->second : report_of(*m->previous);
        before->before = before->replaced = nullptr;  // one back is enough
        r->before = before;
      }
      r->replaced = r->info == TENBO_INFO_CORRECTION ? r->before : nullptr;
      reports.push_back(r.get());
    }
    reports_.swap(kept);
    auto out = publication(reports);
    if (!parameter("title").empty()) out.title = parameter("title");
    host().publish(out.finish());
  }
  std::vector<std::string> other_files() const override { return list("areas"); }
  void reload() override { read_areas(); }
  void read_areas() {
    if (parameter("areas").empty()) {
      areas_ = {};
      areas_file_ = {};
      return;
    }
    auto o = options();
    o.layer = tenbo::plugin::text(parameter("area_layer"));
    tenbo::plugin::VectorFile file(host(), parameter("areas"), o);
    const auto& columns = file.columns();
    std::optional<std::uint32_t> column;
    const auto named = [&](std::string_view name) {
      for (std::uint32_t i = 0; i < columns.size() && !column; ++i)
        if (columns[i].name == name) column = i;
    };
    if (!parameter("area_code").empty()) named(parameter("area_code"));
    else
      for (const char* name : {"N03_007", "code", "CODE", "regioncode", "JCODE", "CITY_CODE", "city_code", "行政区域コード", "市区町村コード", "団体コード", "コード"}) named(name);
    if (!column) {
      std::string names;
      for (const auto& c : columns) names += (names.empty() ? "" : ", ") + c.name;
      throw std::runtime_error(parameter("areas") + " has no column " + (parameter("area_code").empty() ? "of codes that is known by its name" : "\"" + parameter("area_code") + "\"") +
                               ": give \"area_code\", one of " + names);
    }
    std::vector<std::string> codes;
    for (const auto& v : file.values(*column)) codes.push_back(tenbo::plugin::words_of(v));
    areas_file_ = std::move(file);
    areas_ = AreaIndex(codes, areas_file_.handle());
  }

 private:
  std::shared_ptr<Report> report_of(const tenbo::plugin::Message& m, bool with_rows = true) const {
    using tenbo::plugin::view;
    auto r = std::make_shared<Report>();
    r->code = view(m.head.code);
    tenbo_vector_info info{};
    info.size = sizeof info;
    if (host().reader().vector_info(host().raw(), m.rows.handle(), &info) == TENBO_OK) r->name = view(info.name);
    r->publisher = view(m.head.publisher);
    r->headline = view(m.head.headline);
    r->event = view(m.head.event);
    r->references = view(m.head.references);
    r->status = m.head.status;
    r->info = m.head.info_type;
    r->time = m.time();
    if (m.head.report_time != r->time) r->written = m.head.report_time;
    if (m.head.has_valid_until) r->until = m.head.valid_until;
    r->order = m.order;
    if (with_rows) r->rows = tenbo::plugin::rows_of(m.rows);
    r->geometry = m.rows.handle();
    return r;
  }

  AreaIndex areas_;
  tenbo::plugin::VectorFile areas_file_;
  std::map<std::uint64_t, std::shared_ptr<Report>> reports_;  // by the message's order
};

}  // namespace hazard
