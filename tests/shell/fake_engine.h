#pragma once
// An engine for tests of the window's half: a small flooded city in plain data, no GPU, every call remembered.
#include <cmath>
#include <map>

#include "hud_sample.h"
#include "tenbo/runtime/alarm_level.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::test {

class FakeEngine : public runtime::Engine {
 public:
  FakeEngine() {
    glyph_cache_ = std::move(render::GlyphCache::create()).value();
    camera_ = scene::look_at({139.80, 35.70, 3}, 2500, 20, -35);
    for (int i = 0; i < 37; ++i) time_.steps.push_back({1'795'219'200'000 + i * 600'000});  // 2026-11-21T00:00Z, each 10 min
    time_.now = time_.steps[9];
    const auto add = [&](const char* name, const char* title, scene::LayerKind kind) -> runtime::LayerStatus& {
      runtime::LayerStatus l;
      l.id = static_cast<std::uint32_t>(layers_.size() + 1);
      l.name = name;
      l.title = title;
      l.kind = kind;
      l.state = runtime::LayerState::ready;
      l.extent.add(139.78, 35.68);
      l.extent.add(139.82, 35.72);
      l.crs = "EPSG:6697";
      layers_.push_back(l);
      return layers_.back();
    };
    auto& flood = add("flood", "千鳥川 洪水予測", scene::LayerKind::field);
    flood.times = time_.steps;
    flood.issue_time = geo::Instant{time_.steps[0].ms + 1'800'000};
    flood.source = "demo forecast";
    flood.source_shown = "千鳥川河川事務所";
    flood.valid_time = time_.now;
    flood.age_seconds = 3.2 * 3600;
    flood.expected_seconds = 3600;
    flood.freshness = runtime::Freshness::stale;
    auto& buildings = add("buildings", "建築物", scene::LayerKind::buildings);
    buildings.features = 48'213;
    buildings.triangles = 1'204'551;
    buildings.attributes = {{"bldg:measuredHeight", geo::AttributeType::real, 48'213}, {"bldg:usage", geo::AttributeType::text, 48'001}};
    buildings.lod = "1,2";
    buildings.diagnostics.warn({ErrorCode::malformed, "a ring with fewer than three points was left out", "53394525_bldg_6697_op.gml", "line 20411"});
    auto& bridges = add("bridges", "橋梁点検（髙﨑・𠮷野）", scene::LayerKind::inspection);
    bridges.issue_time = geo::Instant{time_.steps[0].ms - 86'400'000LL * 3};
    bridges.age_seconds = 3 * 86400.0;
    bridges.freshness = runtime::Freshness::late;
    bridges.source_shown = "市の点検台帳 2025";
    bridges.trouble = runtime::FileTrouble::vanished;
    bridges.trouble_detail = "/data/bridges.geojson";
    bridges.diagnostics.fail({ErrorCode::malformed, "no place for 3 of 40 records", "bridges.geojson", "feature 12", "give them a geometry"});
    auto& imagery = add("imagery", "航空写真", scene::LayerKind::imagery);
    imagery.state = runtime::LayerState::loading;
    imagery.progress = 0.42;
    imagery.rate = "84 MB/s · 3 s";
    auto& broken = add("shelters", "避難所", scene::LayerKind::vector);
    broken.state = runtime::LayerState::failed;
    broken.error = "shelters.geojson: line 3: not valid JSON (check the file)";
    add("terrain", "地形 (DEM 5 m)", scene::LayerKind::terrain).attribution = "GSI";
    scene_.title = {"河口市", "Kawaguchi City"};
    scene_.views = {{"river", {"川沿い", "Along the river"}, camera_}, {"port", {"港", "Port"}, camera_}};
  }

  std::vector<std::string> calls;
  std::vector<std::filesystem::path> added;
  std::optional<runtime::Picked> next_pick;
  bool night = false;
  float ui_scale = 1;
  double flown = 0;

  Status open(scene::SceneFile s) override { scene_ = std::move(s); return {}; }
  const scene::SceneFile& scene() const override { return scene_; }
  scene::SceneFile& scene_for_test() { return scene_; }
  Status save(const std::filesystem::path& p) override { calls.push_back("save " + p.string()); return {}; }
  void settle(const std::function<void()>&) override {}
  bool settled() const override { return true; }
  std::vector<runtime::LayerStatus> layers() const override { return layers_; }
  std::vector<runtime::LayerStatus>& layers_for_test() { return layers_; }
  void set_visible(std::uint32_t id, bool v) override { layer(id).visible = v; calls.push_back("visible"); }
  void set_opacity(std::uint32_t id, double o) override { layer(id).opacity = o; }
  void set_style(std::uint32_t id, const scene::LayerStyle& s) override { styles_[id] = s; calls.push_back("style"); }
  const scene::LayerStyle& style(std::uint32_t id) const override { return styles_[id]; }
  void move_layer(std::uint32_t, int places) override { calls.push_back("move " + std::to_string(places)); }
  Status add_paths(const std::vector<std::filesystem::path>& p) override { added = p; return {}; }
  void remove_layer(std::uint32_t) override { calls.push_back("remove"); }
  bool undo() override { calls.push_back("undo"); return true; }
  bool redo() override { calls.push_back("redo"); return true; }
  void add_bookmark(const std::string& n) override { calls.push_back("bookmark " + n); scene_.views.push_back({n, {n, n}, camera_}); }
  const scene::Camera& camera() const override { return camera_; }
  void set_camera(const scene::Camera& c) override { camera_ = c; }
  void fly_to(const scene::Camera& c, double s) override { camera_ = c; flown = s; calls.push_back("fly"); }
  scene::Camera home(double) const override { return scene::look_at({139.80, 35.70, 3}, 2500, 0, -35); }
  const runtime::TimeState& time() const override { return time_; }
  runtime::TimeState& time_for_test() { return time_; }
  void set_time(geo::Instant t) override { time_.now = t; calls.push_back("time"); }
  void set_playing(bool p, bool r) override { time_.playing = p; time_.reverse = r; }
  void set_speed(double s) override { time_.speed = s; }
  // The flood becomes a forecast of three issues and 20 members; an area layer says what its levels were.
  void forecast_for_test() {
    auto& flood = layers_[0];
    runtime::ForecastStatus f;
    const std::int64_t first = time_.steps[0].ms;
    f.issues = {{first - 21'600'000}, {first - 10'800'000}, {first - 1'800'000}};
    for (int i = 1; i <= 20; ++i) f.members.push_back(std::to_string(i));
    f.issue = 2;
    f.show.member = "mean";
    f.unit = "m";
    f.threshold = 0.5;
    f.thresholds = {1e-6, 0.5, 3, 5, 10, 20};
    f.what = "20 メンバーの平均";
    flood.issue_time = f.issues[2];
    flood.forecast = f;
    layers_[2].attributes.push_back({"class_before", geo::AttributeType::text, 12});
  }
  Status show(std::uint32_t id, const scene::FieldShow& show) override {
    auto& f = *layer(id).forecast;
    f.show = show;
    if (show.threshold) f.threshold = *show.threshold;
    f.issue = f.issues.size() - 1;
    for (std::size_t i = 0; i < f.issues.size(); ++i)
      if (show.issue == geo::format_utc(f.issues[i])) f.issue = i;
    layer(id).issue_time = f.issues[f.issue];
    calls.push_back("show " + show.issue + " " + show.member + (show.threshold ? " >= " + std::to_string(*show.threshold).substr(0, *show.threshold == 0.5 ? 3 : 1) : "") + (show.changed ? " changed" : ""));
    return {};
  }
  std::shared_ptr<const Result<runtime::LayerChanges>> changes_soon(std::uint32_t id) override {
    runtime::LayerChanges c;
    if (id == 1) {
      c.field = true;
      c.unit = "m";
      c.cells.since = layer(1).forecast->issues[1];
      c.cells.valid_time = time_.now;
      c.cells.rose = 12'345, c.cells.fell = 678, c.cells.same = 54'321;
      c.cells.risen = {{139.8012, 35.7031, 0.4f, 1.63f}, {139.7934, 35.6987, 0, 0.87f}};
      c.cells.fallen = {{139.8105, 35.7102, 2.1f, 1.2f}};
    } else {
      c.issue = layer(id).issue_time;
      c.areas = {{"3220100", "松江市", "レベル３・警報", "レベル４・危険警報", 3, 4, 0, layers_[0].extent}, {"3220300", "出雲市", "レベル３・警報", "レベル２・注意報", 3, 2, 1, {}}};
      c.same = 9;
    }
    return std::make_shared<const Result<runtime::LayerChanges>>(std::move(c));
  }
  void set_language(runtime::Language l) override { language_ = l; }
  runtime::Language language() const override { return language_; }
  void set_night(bool n) override { night = n; }
  void set_water_mode(render::WaterMode m) override { water_ = m; }
  render::WaterMode water_mode() const override { return water_; }
  void set_ui_scale(float s) override { ui_scale = s; }
  std::optional<runtime::Picked> pick(glm::uvec2, glm::uvec2) override { calls.push_back("pick"); return next_pick; }
  runtime::Probe probe(double, double) const override {
    runtime::Probe p;
    p.ground_height = 2.31;
    p.layers.push_back({"千鳥川 洪水予測", 1.42, "m", "0.5–3 m", time_.now, time_.steps[0], "demo forecast", ""});
    return p;
  }
  // A gentle hill, unknown in the east.
  std::optional<double> ground_height(double lon, double lat) const override {
    if (lon > 139.9) return std::nullopt;
    return 40 * std::exp(-(std::pow((lon - 139.805) / 0.01, 2) + std::pow((lat - 35.705) / 0.008, 2)));
  }
  std::vector<runtime::Found> find(const std::string& text, std::size_t) const override {
    if (text == "nowhere") return {};
    return {{"𠮷野橋", "橋梁点検 · name", camera_, 3, 4}, {"髙﨑医院 " + text, "建築物 · gml:name", camera_, 2, 9}};
  }
  // A night with a dyke, a bridge and a feed that is silent.
  void raise_alarms() {
    const auto add = [&](const char* id, live::AlarmSubject subject, int level, const char* layer, const char* ja, const char* en, const char* source, int minute) {
      runtime::Alarm a;
      a.id = id;
      a.subject = subject;
      a.level = level;
      a.layer = layer;
      a.what = ja;
      a.what_en = en;
      a.source = source;
      a.at = {time_.steps[9].ms + minute * 60'000};
      if (level) a.place = geo::GeoPoint{139.79, 35.69, 0}, a.across = level == 4 ? 4000 : 0;
      alarms_.push_back(a);
      raised_.push_back(a);
    };
    add("dyke", live::AlarmSubject::hazard, 4, "flood", "河口市 東地区  土砂災害警戒情報・避難指示相当", "Kawaguchi East  Landslide alert, evacuate", "気象庁・県 共同発表", 4);
    add("gauge", live::AlarmSubject::threshold, 3, "bridges", "新町橋水位観測所  3.25 m  避難判断水位", "Shinmachi Bridge gauge  3.25 m  Evacuation level", "千鳥川河川事務所", 2);
    add("stale", live::AlarmSubject::stale, 0, "雨量計", "雨量計: 25 分間更新なし", "雨量計: nothing new for 25 min", "", 1);
    live::AlarmRecord r;
    r.id = "early";
    r.layer = "bridges";
    r.what = "𠮷野橋  2.10 m  氾濫注意水位";
    r.what_en = "Yoshino Bridge  2.10 m  Caution";
    r.level = 2;
    r.at = time_.steps[4];
    history_ = {r, r};
    history_[0].acknowledged = true;
    history_[0].by = "当直 花子";
    history_[0].at = time_.steps[5];
  }
  void name_feeds() {
    const auto add = [&](const char* name, const char* kind, const char* address, double interval, live::FeedState state, live::Freshness fresh, double age) {
      scene::FeedSpec f;
      f.name = name;
      f.kind = kind;
      f.address = address;
      f.expected_interval = interval;
      scene_.feeds.push_back(f);
      live::FeedStatus s;
      s.name = name;
      s.state = state;
      s.times.expected_interval = interval;
      s.age.freshness = fresh;
      s.age.seconds = age;
      s.times.report = s.times.arrival = live::from_instant({time_.steps[9].ms - static_cast<std::int64_t>(age * 1000)});
      s.messages = 1284;
      feeds_.push_back(s);
    };
    add("気象庁 防災情報", "http", "https://example.org/feed/extra.xml", 600, live::FeedState::live, live::Freshness::fresh, 45);
    add("水位計", "mqtt", "mqtts://broker.example.org:8883", 600, live::FeedState::stale, live::Freshness::stale, 1560);
    add("雨量計", "http", "https://rain.example.org/latest.json", 300, live::FeedState::offline, live::Freshness::late, 420);
    feeds_[1].repeats = 12;
    feeds_[2].reason = Error{ErrorCode::io, "the server does not answer", "https://rain.example.org/latest.json", "", "it is tried again"};
    live::Entry gap;
    gap.kind = live::EntryKind::gap;
    gap.feed = "水位計";
    gap.since = live::from_instant(time_.steps[6]);
    gap.until = live::from_instant(time_.steps[7]);
    gaps_ = {gap};
    clock_.feeds = true;
  }
  runtime::ClockState& clock_for_test() { return clock_; }
  runtime::ClockState clock() const override { return clock_; }
  void set_clock(live::Clock::Mode mode, double speed) override { clock_.mode = mode, clock_.speed = speed; calls.push_back("clock"); }
  std::vector<live::FeedStatus> feeds() const override { return feeds_; }
  std::vector<live::Entry> gaps() const override { return gaps_; }
  std::vector<runtime::Alarm> alarms() const override { return alarms_; }
  std::size_t open_alarms() const override { return alarms_.size(); }
  std::vector<live::AlarmRecord> alarm_history(std::size_t) const override { return history_; }
  Status acknowledge_alarm(const std::string& id, const std::string& by) override {
    if (by.empty()) return Error{ErrorCode::invalid_argument, "a name is missing"};
    calls.push_back("acknowledge " + id + " by " + by);
    std::erase_if(alarms_, [&](const auto& a) { return a.id == id; });
    return {};
  }
  std::vector<runtime::Alarm> take_raised_alarms() override { return std::exchange(raised_, {}); }
  std::vector<runtime::Legend> legends() const override { return {}; }
  void select(std::optional<runtime::Picked> p) override { selected_ = std::move(p); }
  const std::optional<runtime::Picked>& selected() const override { return selected_; }
  std::string vertical_datum() const override { return "標高 T.P. (JGD2011)"; }
  std::vector<std::string> attribute_values(std::uint32_t, const std::string& name, std::size_t) const override {
    std::vector<std::string> out;
    for (int i = 0; i < 100; ++i) out.push_back(name == "bldg:usage" ? (i % 3 ? "住宅" : "商業施設") : std::to_string(3 + i * 0.7));
    return out;
  }
  std::vector<runtime::LedgerPair> pairs;
  std::shared_ptr<const std::set<std::string, std::less<>>> marked;
  bool ledger_wanted = false;
  std::vector<runtime::LedgerPair> ledger() const override { return pairs; }
  void want_ledger(bool wanted) override { ledger_wanted = wanted; }
  bool priority_wanted = false;
  runtime::PriorityState priority_state;
  runtime::PriorityState priority_soon(bool wanted) override { priority_wanted = wanted; return priority_state; }
  void mark(const std::string& layer, std::shared_ptr<const std::set<std::string, std::less<>>> ids) override {
    marked = std::move(ids);
    calls.push_back(marked ? "mark " + layer : "unmark");
  }
  // The layer "bridges" has these structures.
  void structures_for_test(std::shared_ptr<const inspection::Register> records) {
    records_ = std::move(records);
    layers_[2].structures = runtime::StructureCounts{records_->size(), 0, 0, 0};
  }
  std::shared_ptr<const inspection::Selection> shown;  // of its markers; null: all
  std::shared_ptr<const inspection::Register> structure_records(std::uint32_t id) const override { return layers_.at(id - 1).structures ? records_ : nullptr; }
  void show_structures(std::uint32_t, std::shared_ptr<const inspection::Selection> selection) override { shown = std::move(selection); }
  Rgba8 grade_colour(inspection::Grade g) const override {  // those of assets/palettes/inspection-grade.json
    static constexpr Rgba8 colours[] = {{150, 158, 166, 255}, {44, 123, 182, 255}, {242, 230, 74, 255}, {224, 120, 0, 255}, {165, 0, 52, 255}, {228, 232, 236, 255}};
    return colours[static_cast<std::size_t>(g)];
  }
  bool select_id(const std::string& layer, const std::string& id, const geo::GeoPoint&) override {
    calls.push_back("select " + layer + " " + id);
    return true;
  }
  void update(double) override {}
  runtime::HudInput hud(glm::uvec2 size) const override {
    auto h = sample_hud(size, language_ == runtime::Language::ja);
    h.ui_scale = ui_scale;
    h.night = night;
    for (const auto& a : alarms_) {
      const bool ja = language_ == runtime::Language::ja, stale = a.subject == live::AlarmSubject::stale;
      h.alarms.push_back({runtime::alarm_level_colour(a.level), stale ? "!" : std::to_string(a.level), stale ? (ja ? "更新なし" : "STALE") : (ja ? "レベル " : "Level ") + std::to_string(a.level),
                          a.in(ja), "2026-11-21 09:34 JST" + (a.source.empty() ? "" : "  ·  " + a.source), stale});
    }
    h.alarms_open = alarms_.size();
    return h;
  }
  Status present(glm::uvec2, const runtime::HudInput&, const render::OverlayList&, const DrawOnMap&) override { return {}; }
  Result<Image> still(glm::uvec2 size, std::uint32_t, bool) override {
    Image image{static_cast<int>(size.x), static_cast<int>(size.y), std::vector<std::uint8_t>(std::size_t{size.x} * size.y * 4, 128)};
    return image;
  }
  Result<Image> still_with(glm::uvec2 size, std::uint32_t samples, const DrawOnMap& draw) override {
    drawn = {};
    draw(drawn);
    return still(size, samples, true);
  }
  render::OverlayList drawn;  // on the last still
  Status draw_offscreen(glm::uvec2) override { return {}; }
  render::Renderer* renderer() override { return nullptr; }
  render::GlyphCache* glyphs() override { return glyph_cache_.get(); }
  runtime::PluginHost& plugins() override { std::abort(); }

  static runtime::Picked a_bridge() {
    runtime::Picked p;
    p.layer = 3;
    p.layer_name = "bridges";
    p.feature = 4;
    p.feature_id = "brid_4f1c2a90-1";
    p.position = {139.8012, 35.7031, 6.4};
    p.attributes = {{"name", std::string_view("𠮷野橋")}, {"管理者", std::string_view("髙﨑土木事務所 Ⅱ係")}, {"grade", std::string_view("Ⅲ 早期措置段階")},
                    {"inspection_year", std::int64_t{2023}}, {"length", 142.5}, {"流量", std::string_view("≥ 1200 ㎥/s, 水温 12 ℃")},
                    {"remarks", std::string_view("主桁に腐食、支承の機能低下。次回点検までに補修を要する。The main girder is corroded; repair before the next inspection.")}};
    for (int i = 0; i < 30; ++i) p.attributes.emplace_back("uro:attribute" + std::to_string(i), std::int64_t{i * 37});
    return p;
  }

 private:
  runtime::LayerStatus& layer(std::uint32_t id) { return layers_[id - 1]; }
  std::unique_ptr<render::GlyphCache> glyph_cache_;
  scene::SceneFile scene_;
  std::vector<runtime::LayerStatus> layers_;
  mutable std::map<std::uint32_t, scene::LayerStyle> styles_;
  scene::Camera camera_;
  runtime::TimeState time_;
  runtime::Language language_ = runtime::Language::ja;
  render::WaterMode water_ = render::WaterMode::both;
  std::optional<runtime::Picked> selected_;
  std::vector<runtime::Alarm> alarms_, raised_;
  std::vector<live::AlarmRecord> history_;
  std::vector<live::FeedStatus> feeds_;
  std::vector<live::Entry> gaps_;
  runtime::ClockState clock_;
  std::shared_ptr<const inspection::Register> records_;
};

}  // namespace tenbo::test
