#include "message/jma_parts.h"

namespace tenbo::io::message {

namespace {

JmaWarningClass class_of(const std::string& name) {
  if (name.empty() || name == "なし") return JmaWarningClass::none;
  // The longer word first: 危険警報 and 特別警報 end as 警報 does.
  if (name.ends_with("特別警報")) return JmaWarningClass::emergency;
  if (name.ends_with("危険警報")) return JmaWarningClass::danger;
  if (name.ends_with("警報")) return JmaWarningClass::warning;
  if (name.ends_with("注意報")) return JmaWarningClass::advisory;
  return JmaWarningClass::unknown;
}

void significance_of(const Element& base, const std::string& property, const std::string& local, JmaWarningKind& out) {
  for (const Element* s : base.all("Significancy")) out.significance.push_back({property, local, jma_kind(*s)});
}

void period_of(const Element& base, const std::string& local, JmaWarningKind& out, const JmaContext& c) {
  const Element* kind = base.find("CriteriaClass");
  if (!kind && !base.find("Sentence")) return;
  out.periods.push_back({kind ? jma_kind(*kind) : JmaKind{}, local, base.text_of("Sentence"), base.text_of("Duration"), c.time(base, "Time")});
}

JmaWarningKind kind_of(const Element& e, const JmaContext& c) {
  JmaWarningKind k;
  k.name = e.text_of("Name");
  k.code = e.text_of("Code");
  k.status = e.text_of("Status");
  k.condition = e.text_of("Condition");
  k.warning = class_of(k.name);
  k.level = level_in(k.name);
  k.in_force = !k.name.empty() && k.name != "なし" && k.name != "解除" && k.status != "解除" && k.status != "なし" && k.status != "発表警報・注意報はなし";
  if (const Element* last = e.find("LastKind")) k.last = jma_kind(*last);
  for (const char* where : {"Attention", "Addition"})
    for (const Element* part : e.all(where))
      for (const Element* note : part->all("Note")) k.notes.push_back(note->text);
  for (const Element* property : e.all("Property")) {
    const std::string type = property->text_of("Type");
    for (const Element* part : property->all("SignificancyPart"))
      for (const Element* base : part->all("Base")) {
        significance_of(*base, type, "", k);
        for (const Element* local : base->all("Local")) significance_of(*local, type, local->text_of("AreaName"), k);
      }
    for (const Element* part : property->all("CriteriaPeriod"))
      for (const Element* base : part->all("Base")) {
        period_of(*base, "", k, c);
        for (const Element* local : base->all("Local")) period_of(*local, local->text_of("AreaName"), k, c);
      }
  }
  return k;
}

}  // namespace

JmaWarningReport jma_warning_report(const Element& body, const JmaContext& c) {
  JmaWarningReport out;
  if (const Element* target = body.find("TargetArea")) out.target = jma_area(*target, c);
  for (const Element* warning : body.all("Warning")) {
    JmaWarningGroup group{warning->attribute("type"), {}};
    for (const Element* e : warning->all("Item")) {
      JmaWarningItem item;
      if (const Element* area = e->find("Area")) item.area = jma_area(*area, c);
      else c.warn(*e, "a warning without an area");
      for (const Element* k : e->all("Kind")) item.kinds.push_back(kind_of(*k, c));
      item.change_status = e->text_of("ChangeStatus");
      item.full_status = e->text_of("FullStatus");
      group.items.push_back(std::move(item));
    }
    out.groups.push_back(std::move(group));
  }
  return out;
}

JmaWarningReport jma_flash_report(const Element& body, const std::vector<JmaHeadlineInformation>& headline, const JmaContext& c) {
  JmaWarningReport out;
  const auto time_of_event = [&](const std::string& name, const std::string& code) -> std::optional<geo::Instant> {
    for (const Element* infos : body.all("MeteorologicalInfos"))
      for (const Element* info : infos->all("MeteorologicalInfo"))
        for (const Element* item : info->all("Item")) {
          if (item->text_of("Area/Code") != code) continue;
          for (const Element* kind : item->all("Kind"))
            for (const Element* property : kind->all("Property"))
              for (const Element* part : property->all("EventPart"))
                for (const Element* event : part->all("Event"))
                  if (event->text_of("EventName") == name) return c.time(*event, "Time");
        }
    return std::nullopt;
  };
  for (const auto& information : headline) {
    if (information.type != "情報タグ") continue;
    JmaWarningGroup group{information.type, {}};
    for (const auto& item : information.items)
      for (const auto& area : item.areas) {
        JmaWarningItem i;
        i.area = area;
        for (const auto& tag : item.kinds) {
          JmaWarningKind k;
          k.name = tag.condition;
          k.status = "発表";
          k.in_force = !k.name.empty();
          k.event_time = time_of_event(k.name, area.code);
          i.kinds.push_back(std::move(k));
        }
        group.items.push_back(std::move(i));
      }
    out.groups.push_back(std::move(group));
  }
  return out;
}

}  // namespace tenbo::io::message
