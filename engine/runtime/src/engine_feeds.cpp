// The scene's feeds in the engine: opened with the scene, given to the plugins that ask, told of on the glass.
#include <algorithm>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "engine_impl.h"
#include "layer_loader.h"
#include "tenbo/base/hash.h"
#include "tenbo/runtime/freshness.h"

namespace tenbo::runtime {
namespace fs = std::filesystem;
namespace {

live::FeedSpec spec_of(const scene::FeedSpec& f) {
  live::FeedSpec out;
  out.name = f.name;
  out.kind = f.kind == "mqtt" ? live::FeedKind::mqtt : f.kind == "http" ? live::FeedKind::http : live::FeedKind::folder;
  out.address = f.address;
  out.topics = f.topics;
  out.mqtt_version = static_cast<int>(f.mqtt_version);
  out.qos = static_cast<int>(f.qos);
  out.expected_interval = f.expected_interval;
  out.poll_seconds = f.poll_seconds;
  out.credentials = f.credentials;
  out.ca_file = f.ca_file;
  out.group = f.group;
  out.most_bytes = static_cast<std::uint64_t>(f.most_mib * (1 << 20));
  return out;
}

// The scene's own, else one in the user's state folder that only this scene has.
Result<fs::path> journal_of(const scene::SceneFile& scene) {
  if (!scene.journal.empty()) return scene.journal;
  fs::path state;
  if (const char* xdg = std::getenv("XDG_STATE_HOME"); xdg && *xdg == '/') state = xdg;
  else if (const char* home = std::getenv("HOME"); home && *home == '/') state = fs::path(home) / ".local/state";
  if (state.empty()) return Error{ErrorCode::not_found, "there is no place for the journal: the user has no home folder", "", "", "name one in the scene: \"journal\""};
  const std::string stem = scene.path.empty() ? "scene" : scene.path.stem().string();
  return state / "tenbo" / "journals" / fmt::format("{}-{:08x}", stem, static_cast<unsigned>(hash_bytes(scene.path.string())));
}

// The instant by which all of a moment has happened.
geo::Instant rounded_up(live::Moment m) { return live::to_instant({m.us + 999}); }

constexpr double gap_shown = 3600;  // s after it ended

// The worst has the most; from `no_news` on, nothing that is new can be expected of it.
constexpr int no_news = 3;
int badness(const live::FeedStatus& f) {
  switch (f.state) {
    case live::FeedState::refused: return 5;
    case live::FeedState::offline: return 4;
    case live::FeedState::stale: return no_news;
    case live::FeedState::connecting: return 1;
    case live::FeedState::live: break;
  }
  return f.age.freshness == Freshness::late ? 2 : 0;
}

}  // namespace

Status EngineImpl::open_feeds() {
  feeds_.reset();
  fed_.clear();
  feed_states_.clear();
  feed_trouble_.clear();
  alarms_ = {};
  catching_up_ = false;
  minutes_shown_ = 0;
  following_ = !scene_.time;  // a scene that says when opens there
  clock_ = live::Clock::real();
  const auto& use = options_.feeds;
  if (use.source == FeedUse::Source::none) return {};
  if (scene_.feeds.empty()) {
    if (use.source == FeedUse::Source::connect) return {};
    return Error{ErrorCode::invalid_argument, "the scene names no feeds, so nothing of a journal belongs to it", scene_.path.string(), "$.feeds", ""};
  }
  std::vector<live::FeedSpec> specs;
  for (const auto& f : scene_.feeds) specs.push_back(spec_of(f));
  const auto journal = use.journal.empty() ? journal_of(scene_) : Result<fs::path>(use.journal);
  if (use.source == FeedUse::Source::journal) {
    if (!journal) return journal.error();
    auto opened = SceneFeeds::replay(*journal, std::move(specs));
    if (!opened) return opened.error();
    feeds_ = std::move(*opened);
    replay_end_ = use.to ? live::from_instant(*use.to) : live::from_instant(rounded_up(feeds_->last()));
    if (use.from && use.speed <= 0) replay_end_ = std::max(replay_end_, live::from_instant(*use.from));  // what stands grows old after the last entry, too
    const auto begin = use.from ? live::from_instant(*use.from) : use.speed > 0 ? live::from_instant(rounded_up(feeds_->first())) : replay_end_;
    time_.speed = use.speed > 0 ? use.speed : 1;
    time_.playing = use.speed > 0;
    set_replay_clock(std::min(begin, replay_end_));
    return {};
  }
  // A window opens without its feeds, too, and says so.
  std::optional<Error> trouble;
  if (!journal) {
    trouble = journal.error();
  } else {
    std::error_code ec;
    fs::create_directories(*journal, ec);
    auto opened = SceneFeeds::connect(*journal, std::move(specs));
    if (opened) feeds_ = std::move(*opened);
    else trouble = opened.error();
  }
  if (trouble) {
    feed_trouble_ = trouble->text();
    log_.error("feeds: " + feed_trouble_);
  } else {
    log_.info("feeds: the journal is " + journal->string());
  }
  return {};
}

void EngineImpl::set_replay_clock(live::Moment at) {
  at = std::min(at, replay_end_);
  clock_ = time_.playing ? live::Clock::replayed(at, time_.speed) : live::Clock::stopped(at);
  time_.now = live::to_instant(at);
}

geo::Instant EngineImpl::now() const { return live::to_instant(replaying() ? std::min(clock_.now(), replay_end_) : clock_.now()); }

bool EngineImpl::in_the_past() const { return feeds_ && feeds_->connected() && !following_ && time_.now && *time_.now < now(); }

live::Moment EngineImpl::fed_until() const {
  if (!replaying() && !in_the_past()) return {std::numeric_limits<std::int64_t>::max()};
  return live::from_instant(*time_.now);
}

void EngineImpl::tend_feeds(const std::function<bool()>& enough) {
  if (!feeds_) return;
  const auto second = [](const std::optional<geo::Instant>& t) { return t ? t->ms / 1000 : -1; };
  const auto shown = second(time_.now);
  if (replaying() && time_.playing) {
    time_.now = now();
    if (live::from_instant(*time_.now) >= replay_end_) {
      time_.playing = false;
      set_replay_clock(replay_end_);
    }
  } else if (!replaying() && following_) {
    time_.now = now();
  }
  if (second(time_.now) != shown) ++revision_;

  const live::Moment until = fed_until();
  std::vector<Layer*> fed, archives;
  std::vector<std::uint32_t> ids;
  for (auto& l : layers_)
    if (shows_archives(l->spec)) {
      archives.push_back(l.get());
      ids.push_back(l->id);
    }
  for (auto& l : layers_)
    if (l->plugin && !l->spec.feeds.empty() && l->plugin->state() != PluginState::failed) {
      fed.push_back(l.get());
      ids.push_back(l->id);
    }
  // A layer that has come since is told all from the beginning, and so are the others: one stream for all.
  const bool newcomer = std::any_of(ids.begin(), ids.end(), [this](auto id) { return std::find(fed_.begin(), fed_.end(), id) == fed_.end(); });
  if (newcomer || feeds_->given_beyond(until)) {
    if (!fed_.empty() || feeds_->given_beyond({std::numeric_limits<std::int64_t>::min()})) {
      feeds_->rewind();
      alarms_.known = {};
      alarms_.armed = false;
      for (Layer* l : fed) l->plugin->start_over();
      for (Layer* l : archives) l->archive.reset();
      ++revision_;
    }
    fed_ = ids;
  }
  for (;;) {
    if (std::any_of(fed.begin(), fed.end(), [](Layer* l) { return !l->plugin->has_room(); })) break;
    auto entries = feeds_->next(until);
    if (entries.empty()) break;
    ++revision_;
    std::vector<PluginMessage> messages;
    for (auto& e : entries) {
      PluginMessage m;
      m.number = e.number;
      m.arrival = live::to_instant(e.at);
      m.feed = std::move(e.feed);
      m.source = std::move(e.source);
      m.type = std::move(e.type);
      m.retained = e.retained;
      m.body = std::make_shared<const std::vector<std::byte>>(std::move(e.body));
      messages.push_back(std::move(m));
    }
    for (Layer* l : archives) take_archives(*l, messages);
    for (Layer* l : fed) {
      std::vector<PluginMessage> theirs;
      for (const auto& m : messages)
        if (std::find(l->spec.feeds.begin(), l->spec.feeds.end(), m.feed) != l->spec.feeds.end()) theirs.push_back(m);
      l->plugin->deliver(std::move(theirs));
    }
    if (enough()) break;
  }
  follow_archives();
  if (feeds_->minutes().size() != minutes_shown_) {
    minutes_shown_ = feeds_->minutes().size();
    collect_times();
  }
  // What the glass says of them has changed.
  auto states = feeds();
  const auto same = [](const live::FeedStatus& a, const live::FeedStatus& b) { return a.state == b.state && a.age.freshness == b.age.freshness; };
  if (!std::equal(states.begin(), states.end(), feed_states_.begin(), feed_states_.end(), same)) ++revision_;
  feed_states_ = std::move(states);
}

// Connected feeds never end: what stood in the journal at the start is what is waited for.
bool EngineImpl::feeds_settled() const {
  if (!feeds_) return true;
  if (!feeds_->caught_up(fed_until()) || !archives_settled()) return false;
  if (feeds_->connected() && !in_the_past()) return true;
  return std::none_of(layers_.begin(), layers_.end(), [](const auto& l) { return l->plugin && !l->spec.feeds.empty() && l->plugin->taking_messages(); });
}

std::vector<live::FeedStatus> EngineImpl::feeds() const {
  if (!feeds_) return {};
  const bool past = in_the_past();
  return feeds_->status(past || replaying() ? live::from_instant(*time_.now) : clock_.now(), past);
}

// Feeds of one group bring the same: they are as old as their newest report, and as well as the best of them. Of different ones the
// worst counts. Silence is normal where no interval is expected, but who is cut off cannot tell silence from loss: then a layer is
// stale whatever the interval, and a connection that is lost never makes it look fresher.
void EngineImpl::date_by_feeds(const Layer& layer, LayerStatus& s) const {
  struct Supply {
    std::string group;
    const live::FeedStatus* best = nullptr;    // of the states
    const live::FeedStatus* newest = nullptr;  // of the reports
    Freshness freshness() const { return badness(*best) >= no_news ? Freshness::stale : newest->age.freshness; }
  };
  const auto old = [](const live::FeedStatus& f) { return f.age.seconds.value_or(std::numeric_limits<double>::infinity()); };
  std::vector<Supply> supplies;
  for (const auto& f : feed_states_) {
    if (std::find(layer.spec.feeds.begin(), layer.spec.feeds.end(), f.name) == layer.spec.feeds.end()) continue;
    const auto spec = std::find_if(scene_.feeds.begin(), scene_.feeds.end(), [&](const auto& d) { return d.name == f.name; });
    const std::string group = spec == scene_.feeds.end() ? "" : spec->group;
    const auto of = std::find_if(supplies.begin(), supplies.end(), [&](const Supply& o) { return !group.empty() && o.group == group; });
    if (of == supplies.end()) {
      supplies.push_back({group, &f, &f});
      continue;
    }
    if (badness(f) < badness(*of->best)) of->best = &f;
    if (old(f) < old(*of->newest)) of->newest = &f;
  }
  if (supplies.empty()) return;
  const Supply *worst = nullptr, *oldest = nullptr;
  for (const auto& u : supplies) {
    const auto rank = [](const Supply& x) { return x.freshness() == Freshness::stale ? 2 : x.freshness() == Freshness::late ? 1 : 0; };
    const auto more = [&](int a, int b, const Supply& other) { return a > b || (a == b && old(*u.newest) > old(*other.newest)); };
    if (!worst || more(badness(*u.best), badness(*worst->best), *worst)) worst = &u;
    if (!oldest || more(rank(u), rank(*oldest), *oldest)) oldest = &u;
  }
  s.feed = worst->best->name;
  s.feed_state = worst->best->state;
  s.feed_reason = worst->best->reason ? worst->best->reason->text() : "";
  s.live = feeds_->connected();
  s.expected_seconds = oldest->newest->times.expected_interval;
  s.age_seconds = oldest->newest->age.seconds;
  s.freshness = oldest->freshness();
}

std::string EngineImpl::feed_chip(const LayerStatus& s) const {
  return s.feed.empty() ? std::string() : runtime::feed_chip(texts_ ? &*texts_ : nullptr, options_.language, s.feed_state, {s.age_seconds, s.freshness});
}

void EngineImpl::feed_notices(std::vector<std::string>& notices) const {
  if (!feed_trouble_.empty()) notices.push_back(word("notice.feeds_off", {{"why", feed_trouble_}}));
  if (!feeds_) return;
  const auto* table = texts_ ? &*texts_ : nullptr;
  const auto aged = [&](double seconds) { return age_text(table, options_.language, seconds); };
  if (replaying()) notices.push_back(word("notice.replay", {{"time", time_text(*time_.now)}}));
  if (in_the_past()) notices.push_back(word("notice.past", {{"time", time_text(*time_.now)}, {"now", time_text(now())}}));
  if (const auto trouble = feeds_->trouble()) notices.push_back(word("notice.journal", {{"why", trouble->text()}}));
  for (const auto& f : feed_states_) {
    const std::string why = f.reason ? f.reason->text() : "", interval = aged(f.times.expected_interval);
    if (f.state == live::FeedState::refused) notices.push_back(word("notice.feed_refused", {{"feed", f.name}, {"why", why}}));
    if (f.state == live::FeedState::offline) notices.push_back(word("notice.feed_offline", {{"feed", f.name}, {"time", time_text(live::to_instant(f.since))}, {"why", why}}));
    if (f.age.freshness != Freshness::late && f.age.freshness != Freshness::stale) continue;
    if (!f.age.seconds) notices.push_back(word("notice.feed_silent", {{"feed", f.name}, {"interval", interval}}));
    else notices.push_back(word(f.age.freshness == Freshness::late ? "notice.feed_late" : "notice.feed_stale", {{"feed", f.name}, {"age", aged(*f.age.seconds)}, {"interval", interval}}));
  }
  const geo::Instant at = in_the_past() || replaying() ? *time_.now : now();
  for (const auto& [feed, gap] : feeds_->gaps()) {
    if (!gap.since || !gap.until || static_cast<double>(at.ms - live::to_instant(*gap.until).ms) > gap_shown * 1000) continue;
    notices.push_back(word("notice.feed_gap", {{"feed", feed.empty() ? word("notice.feeds_all") : feed}, {"since", time_text(live::to_instant(*gap.since))}, {"until", time_text(live::to_instant(*gap.until))}}));
  }
}

}  // namespace tenbo::runtime
