// The heads of a message, and which body it has.
#include <array>

#include "message/jma_parts.h"

namespace tenbo::io {

namespace {

using message::Element;

// A message does not say which telegram it came in; its title does.
struct Telegram {
  const char* title;
  const char* code;
  enum Body { earthquake, tsunami, warning, flash, volcano } body;
};
constexpr std::array<Telegram, 26> telegrams{{{"緊急地震速報（警報）", "VXSE43", Telegram::earthquake},
                                              {"緊急地震速報（予報）", "VXSE44", Telegram::earthquake},
                                              {"緊急地震速報（地震動予報）", "VXSE45", Telegram::earthquake},
                                              {"震度速報", "VXSE51", Telegram::earthquake},
                                              {"震源に関する情報", "VXSE52", Telegram::earthquake},
                                              {"震源・震度に関する情報", "VXSE53", Telegram::earthquake},
                                              {"津波警報・注意報・予報a", "VTSE41", Telegram::tsunami},
                                              {"津波情報a", "VTSE51", Telegram::tsunami},
                                              {"沖合の津波観測に関する情報", "VTSE52", Telegram::tsunami},
                                              {"気象警報・注意報（Ｈ２７）", "VPWW54", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（大雨）", "VPWW55", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（土砂）", "VPWW56", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（高潮）", "VPWW57", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（暴風）", "VPWW58", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（波浪）", "VPWW59", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（大雪）", "VPWW60", Telegram::warning},
                                              {"気象警報・注意報（Ｒ０６）（その他注意報）", "VPWW61", Telegram::warning},
                                              {"土砂災害警戒情報", "VXWW50", Telegram::warning},
                                              {"記録的短時間大雨情報", "VPOA50", Telegram::warning},
                                              {"府県気象防災速報", "VPBS50", Telegram::flash},
                                              {"噴火警報・予報", "VFVO50", Telegram::volcano},
                                              {"噴火に関する火山観測報", "VFVO52", Telegram::volcano},
                                              {"降灰予報（定時）", "VFVO53", Telegram::volcano},
                                              {"降灰予報（速報）", "VFVO54", Telegram::volcano},
                                              {"降灰予報（詳細）", "VFVO55", Telegram::volcano},
                                              {"噴火速報", "VFVO56", Telegram::volcano}}};

template <class E>
E word(const std::string& text, std::initializer_list<std::pair<const char*, E>> words) {
  for (const auto& [w, e] : words)
    if (text == w) return e;
  return E::unknown;
}

void read_headline(const Element& headline, JmaReport& out, const message::JmaContext& c) {
  out.headline = headline.text_of("Text");
  for (const Element* information : headline.all("Information")) {
    JmaHeadlineInformation i{information->attribute("type"), {}};
    for (const Element* item : information->all("Item")) {
      JmaHeadlineItem h;
      for (const Element* k : item->all("Kind")) h.kinds.push_back(message::jma_kind(*k));
      for (const Element* k : item->all("LastKind")) h.last_kinds.push_back(message::jma_kind(*k));
      h.areas = message::jma_areas(*item, c);
      i.items.push_back(std::move(h));
    }
    out.headline_information.push_back(std::move(i));
  }
}

}  // namespace

Result<JmaReport> read_jma(std::string_view xml, const std::string& label) {
  const auto tree = message::read_tree(xml, label);
  if (!tree) return tree.error();
  const auto bad = [&](std::string text, const char* place) { return Error{ErrorCode::malformed, std::move(text), label, place, ""}; };
  const Element* control = tree->find("Control");
  const Element* head = tree->find("Head");
  if (tree->name != "Report" || !control || !head) return bad("the XML is not a message of the Japan Meteorological Agency: Report with Control and Head was expected", tree->name.c_str());
  JmaReport out;
  const message::JmaContext c{label, out.diagnostics};
  out.title = control->text_of("Title");
  out.sent = c.time(*control, "DateTime");
  out.status_word = control->text_of("Status");
  out.status = word<JmaStatus>(out.status_word, {{"通常", JmaStatus::normal}, {"訓練", JmaStatus::drill}, {"試験", JmaStatus::test}});
  if (out.status == JmaStatus::unknown) return bad("the status \"" + out.status_word + "\" is none of 通常, 訓練, 試験: it cannot be told whether the message is real", "Report/Control/Status");
  out.editorial_office = control->text_of("EditorialOffice");
  out.publishing_office = control->text_of("PublishingOffice");

  out.head_title = head->text_of("Title");
  const auto report_time = c.time(*head, "ReportDateTime");
  if (!report_time) return bad("there is no ReportDateTime: how old the message is cannot be told", "Report/Head/ReportDateTime");
  out.report_time = *report_time;
  out.target_time = c.time(*head, "TargetDateTime");
  out.target_doubt = head->text_of("TargetDTDubious");
  out.valid_until = c.time(*head, "ValidDateTime");
  out.event_id = head->text_of("EventID");
  out.info_type_word = head->text_of("InfoType");
  out.info_type = word<JmaInfoType>(out.info_type_word, {{"発表", JmaInfoType::issue}, {"訂正", JmaInfoType::correction}, {"取消", JmaInfoType::cancel}});
  if (out.info_type == JmaInfoType::unknown) return bad("the InfoType \"" + out.info_type_word + "\" is none of 発表, 訂正, 取消", "Report/Head/InfoType");
  if (const auto serial = message::number_of(head->text_of("Serial")); serial && *serial >= 0 && *serial < 1e9) out.serial = static_cast<int>(*serial);
  out.info_kind = head->text_of("InfoKind");
  out.info_kind_version = head->text_of("InfoKindVersion");
  if (const Element* headline = head->find("Headline")) read_headline(*headline, out, c);

  const Element* body = tree->find("Body");
  for (const auto& t : telegrams) {
    if (out.title != t.title) continue;
    out.code = t.code;
    if (!body) break;
    if (t.body == Telegram::earthquake) out.body = message::jma_earthquake_report(*body, c);
    else if (t.body == Telegram::tsunami) out.body = message::jma_tsunami_report(*body, c);
    else if (t.body == Telegram::warning) out.body = message::jma_warning_report(*body, c);
    else if (t.body == Telegram::flash) out.body = message::jma_flash_report(*body, out.headline_information, c);
    else out.body = message::jma_volcano_report(*body, c);
  }
  if (body) out.text = body->text_of("Text");
  return out;
}

}  // namespace tenbo::io
