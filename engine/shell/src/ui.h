#pragma once
// The panels: Dear ImGui fed from one glyph cache, drawn into an overlay list. Knows no window and no Vulkan. [main]
#include <cmath>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events.h"
#include "fonts.h"
#include "icons.h"
#include "state.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/shell/bindings.h"
#include "tenbo/shell/layout.h"
#include "words.h"

struct ImGuiContext;

namespace tenbo::shell {

struct UiHost {
  std::function<void(Action)> act;          // a button asks for what a key would
  std::function<std::string()> clipboard;   // UTF-8
  std::function<void(const std::string&)> set_clipboard;
  std::function<std::optional<geo::GeoPoint>()> middle;  // what stands in the middle of the picture
};

class Ui {
 public:
  Ui(runtime::Engine& engine, render::GlyphCache& glyphs, State& state, const Bindings& bindings, Words words, UiHost host);
  ~Ui();
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  // Hands input to the panels. Nothing is decided here: ask covers() and typing().
  void feed(const InputEvent& event);
  bool covers(glm::vec2 pixel) const;  // a panel lies there, as of the last frame
  bool typing() const;                 // a text field has the keyboard
  void stop_typing();

  // Builds the panels of one frame into `out`. scale: display's content scale x the user's; banner: px at the top that
  // the HUD's banners take.
  void build(glm::uvec2 size, float scale, float banner, double dt, render::OverlayList& out);
  const Layout& layout() const { return layout_; }
  float foot_right() const;  // px: how far the picture's bottom right corner reaches below the panels on the right
  const std::vector<Rect>& covered() const { return covers_; }
  bool animating() const { return animating_; }
  int cursor() const;  // ImGuiMouseCursor wished for

  // --- for the panels (panel_*.cpp)
  const char* t(std::string_view dynamic) { return fonts_.text(dynamic); }
  const char* w(std::string_view key) { return fonts_.text(words_(key)); }
  std::string word(std::string_view key, const std::vector<std::pair<std::string_view, std::string>>& values = {}) const { return words_(key, values); }
  bool ja() const { return words_.language() == runtime::Language::ja; }  // the glass speaks Japanese
  float u() const { return layout_.unit; }
  float touch() const { return std::round(runtime::metrics::touch / runtime::metrics::unit * u()); }  // px: edge of what a finger hits

 private:
  struct Eased { float value = 0; };
  float ease(Eased& e, bool open, double dt);
  void apply_style();
  bool begin_panel(const char* id, const Rect& rect, bool scrolls = false);
  void end_panel();
  void cover(const Rect& rect) { covers_next_.push_back(rect); }

  void top_bar();
  void find_results(const Rect& below);
  void bookmarks_menu(const Rect& below);
  void save_menu(const Rect& below);
  void layer_panel();
  void layer_row(const runtime::LayerStatus& layer, std::size_t index, std::size_t count);
  void layer_details(const runtime::LayerStatus& layer, std::size_t index, std::size_t count);
  void time_bar();
  void time_track(const Rect& track);
  void right_column();
  bool right_has_card() const;
  void card(float height);
  void probe_card();
  void measure_card(float height);
  void markup_card(float height);
  void ledger_card(float height);
  void ledger_parts(float height);
  void ledger_head(const runtime::LedgerPair& pair, const runtime::ImpactReport& report, std::optional<std::size_t> step, float width);
  void ledger_chart(const runtime::ImpactReport& report, std::optional<std::size_t> step, float width, float height);
  void ledger_counts(const runtime::ImpactReport& report, std::optional<std::size_t> step);
  void ledger_list(const runtime::ImpactReport& report, bool by_rank);
  void ledger_basis(const runtime::LedgerPair& pair, const runtime::ImpactReport& report);
  // the priority list (panel_priority.cpp)
  void priority_card(float height);
  void priority_weights(float width);
  void priority_rows(const runtime::PriorityReport& report);
  void priority_reasons(const runtime::PriorityReport& report, const runtime::PriorityRow& row, float inner);
  // the panel of structures (panel_structures.cpp, grade_symbol.cpp)
  void structures_card();
  void structures_parts();
  void structures_filter(float width);
  void structures_totals(const StructuresAnswer& answer, float width);
  void structures_years(const StructuresAnswer& answer, float width);
  void structures_list(const StructuresAnswer& answer);
  std::string grade_words(inspection::Grade grade) const;
  std::string kind_words(inspection::Kind kind) const;
  float edge_of_rows() const;
  void grade_symbol(inspection::Grade grade, float x, float y, float radius);  // px on the screen, the middle
  void profile_chart(float width, float height);
  void style_card(float height);
  // alarms and feeds (panel_alarms.cpp, panel_feeds.cpp)
  void alarms_card();
  void alarm_row(const runtime::Alarm& alarm, bool past);
  void alarm_history();
  void level_block(int level, bool stale, float x, float y, float edge, bool open);
  void badge(const Rect& of, std::size_t count);
  void feeds_card();
  void feed_row(const scene::FeedSpec& spec, const live::FeedStatus* status, const std::vector<live::Entry>& gaps);
  float clock_control(float x, const Rect& bar);
  // forecasts (panel_forecast.cpp)
  bool has_forecast_card(const runtime::LayerStatus& layer) const;
  void open_forecast(std::uint32_t layer);
  const runtime::LayerStatus* forecast_layer() const;
  std::string issue_words(const runtime::ForecastStatus& forecast, std::size_t issue) const;
  float forecast_button(float x, const Rect& bar, bool narrow);
  void forecast_card(float height);
  void forecast_issue(const runtime::LayerStatus& layer, float width);
  void forecast_member(const runtime::LayerStatus& layer, float width);
  void forecast_threshold(const runtime::LayerStatus& layer, float width);
  void forecast_changes(const runtime::LayerStatus& layer, float width);
  void show_field(const runtime::LayerStatus& layer, const scene::FieldShow& show);
  bool place_row(const std::string& text, const std::string& detail, Rgba8 ink, float width);
  // structures (panel_structure.cpp)
  void structure_part(const runtime::StructureCard& card);
  void defect_row(const runtime::StructureCard& card, const runtime::DefectCard& state);
  void sensor_rows(const runtime::StructureCard& card);  // panel_structure_sensors.cpp
  void binding_lines(const runtime::BindingCard& binding);
  void review_card();
  void section_card();  // panel_section.cpp
  void photo_part(const runtime::PhotoCard& card);  // panel_photo.cpp
  std::string reasons_of(const runtime::ModelChoice& choice) const;
  std::string change_word(inspection::Change change) const;
  bool photo_view(const char* id, const Image& image, const std::shared_ptr<const Image>& owner, float most_wide, float most_high);
  void help_page();
  void profile_panel();
  void nav_buttons();
  void touch_scroll();  // in a list: a finger's drag moves it
  void toasts(double dt);

  // widgets
  // The head of a panel in the right column: its title, what stands `beside` it, `count` buttons that `buttons` draws, and the one that
  // closes it, which answers true.
  bool panel_head(const std::string& title, const std::function<void()>& beside = {}, int count = 0, const std::function<void()>& buttons = {});
  bool icon_button(const char* id, Icon icon, const std::string& tip, bool on = false);
  bool text_button(const char* id, std::string_view label, bool primary = false, float width = 0);
  void label(std::string_view text, TextSize size, Rgba8 colour, bool bold = false, float max_width = 0);
  void wrapped(std::string_view text, TextSize size, Rgba8 colour, float until = 0);  // x in the window; 0 = its end
  bool input(const char* id, std::string& value, std::string_view hint, float width, bool focus = false);
  bool slider(const char* id, float& value, float width);
  void chip(std::string_view text, Rgba8 colour, runtime::Freshness freshness = runtime::Freshness::fresh);
  float chip_width(std::string_view text, runtime::Freshness freshness);
  std::string age_of(const runtime::LayerStatus& layer) const;  // of its chip; empty = undated
  std::string bake_of(const runtime::LayerStatus& l) const;  // how far its bake is; empty: there is none
  void bar(float fraction, float width);  // progress; negative = not known
  int choice(const char* id, const std::vector<std::string>& items, int current, float width);  // -1 = unchanged
  std::string tip(std::string_view key, Action action) const;
  void tooltip(std::string_view text);
  std::string cut(std::string_view text, float width);  // in the current font, with … where it does not fit

  runtime::Engine& engine_;
  render::GlyphCache& cache_;
  State& state_;
  const Bindings& bindings_;
  Words words_;
  UiHost host_;
  struct ContextDeleter { void operator()(ImGuiContext* c) const; };
  std::unique_ptr<ImGuiContext, ContextDeleter> context_;
  Fonts fonts_;
  runtime::Theme theme_;
  Layout layout_;
  glm::uvec2 size_{0};
  std::vector<runtime::LayerStatus> layers_;  // of this frame
  std::vector<Rect> covers_, covers_next_;
  Eased left_, right_, time_;
  Rect find_anchor_, bookmark_anchor_, save_anchor_;
  std::string clipboard_;
  double clock_ = 0;
  std::deque<std::pair<std::shared_ptr<const Image>, render::TextureHandle>> photos_;  // that are shown, the latest first
  unsigned scrolling_ = 0;  // ImGui id of the list that a finger moves
  bool sliding_ = false;    // a slider has the hand
  float probe_content_ = 0;  // px, of the last frame
  float profile_content_ = 1e9f;  // px, of the last frame
  float left_content_ = 1e9f;  // px, of the last frame
  bool animating_ = false;
};

}  // namespace tenbo::shell
