// For plugins that show messages: from the feeds that their layer names, or from files and folders of messages ("path"), which
// are followed. What is left to say is take(), which says whether a message is theirs, and publish(), of those in force.
//
// In force is, of each event, the message with the latest report time (of two with the same, the later serial, then a correction
// or cancellation before what it corrects, then the one that came later): so late and repeated messages are harmless. A report of a
// feed that is dated after its arrival counts from its arrival: a sender's clock that is wrong outlasts nothing that is right. A
// cancellation is in force too, until something newer of its event comes: publish() says that it was cancelled, and shows nothing
// else of it. What was in force before is kept beside it, for plugins that say what has changed.
//
// What still stands is never pushed out by what is newer of another event or area: a level of a volcano of two years ago stands. A
// feed runs for months, though: beyond 2,000 messages those that stand no longer (stands(): ended by their own time, cancelled,
// or what else the plugin knows) are forgotten, the oldest first. Should 20,000 stand, a message of a new event is left out, and said
// to be.
//
// Each batch of messages is published as a whole: publish() makes everything anew of all that is in force. That is a few
// milliseconds for what is in force in all of Japan, once a batch of up to 1,000 messages, on the plugin's own thread.
#pragma once
#include <algorithm>
#include <filesystem>
#include <limits>
#include <tuple>

#include "tenbo/plugin_api/plugin.hpp"

namespace tenbo::plugin {

struct Message {
  VectorFile rows;
  tenbo_message_head head{};  // views `rows`
  std::string name;           // for people: topic, address, file
  std::string key;            // what it replaces earlier messages of
  std::uint64_t order = 0;    // of arrival
  std::optional<tenbo_time> arrival;  // absent of a file
  std::shared_ptr<const Message> previous;  // of the same key, the latest that this one has replaced; its own is empty

  bool cancelled() const { return head.info_type == TENBO_INFO_CANCEL; }
  // From when on it counts; head.report_time is what it says itself, for people.
  tenbo_time time() const { return arrival ? std::min(head.report_time, *arrival) : head.report_time; }
};

class MessagePlugin : public Plugin {
 public:
  using Plugin::Plugin;

  void activate() override {
    watch_all();  // before reading: a change while we read is not lost
    reload();
    read_files();
    subscribe();
    publish_all();
  }
  // The user looks at the result of the change: what does not fit is an error to show, but no reason to lose the layer.
  void apply() override {
    refresh("the changed parameters do not fit the data", [&] {
      const auto before = files_;
      watch_all();
      if (files_ != before) {
        std::erase_if(arrived_, [](const auto& m) { return m.second.is_file; });
        read_.clear();
      }
      reload();
      read_files();
    });
  }
  void file_changed(const std::string& path) final {
    refresh("the new " + path + " cannot be read", [&] {
      if (std::find(others_.begin(), others_.end(), path) != others_.end()) reload();
      read_files();
    });
  }
  void messages(const tenbo_message* messages, std::uint32_t count) final {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto& m = messages[i];
      const std::string name(view(m.source));
      add([&] { return VectorFile(host(), m.bytes, m.byte_count, name, options()); }, name, {static_cast<const char*>(m.bytes), m.byte_count}, m.arrival);
    }
    refresh("the new messages cannot be shown", [] {});
  }
  void start_over() final {
    arrived_.clear();
    unreadable_.clear();
    left_out_ = 0;
    ahead_.clear();
    newest_ = std::numeric_limits<tenbo_time>::min();
    read_.clear();
    forget();
    refresh("the files cannot be read again", [&] { read_files(); });
  }

 protected:
  // The key of a message that is ours, empty of one that is not: what it replaces earlier messages of, its event say.
  virtual std::string take(const Message& message) const = 0;
  // Of the messages in force, oldest first: everything that is shown, anew. Texts that are published may view them. May throw.
  virtual void publish(const std::vector<const Message*>& in_force) = 0;
  // Files beside the messages (areas by code, say): followed too, and read in reload(), which may throw.
  virtual std::vector<std::string> other_files() const { return {}; }
  virtual void reload() {}
  // Whether data without a head is looked at too: take() sees it then.
  virtual bool takes_data() const { return false; }
  // What is no rows at all, a grid say: true where the plugin has taken it. `bytes` are empty of a file. May throw.
  virtual bool take_other(const std::string& name, std::string_view bytes) { return (void)name, (void)bytes, false; }
  virtual void forget() {}  // what take_other() took
  // Whether a message in force still says something at `now`, the time() of the newest report: where that is no longer so it may be
  // forgotten, and publish() must not need it. Called when there are too many.
  virtual bool stands(const Message& message, tenbo_time now) const {
    return !message.cancelled() && !(message.head.has_valid_until && message.head.valid_until <= now);
  }

  static tenbo_vector_options options() {
    tenbo_vector_options out{};
    out.size = sizeof out;
    return out;
  }

 private:
  struct Kept {
    std::shared_ptr<Message> message;
    bool is_file = false;
  };
  static constexpr std::size_t most_unreadable = 20;
  static constexpr std::size_t most_ended = 2000;      // kept before those that stand no longer are looked for
  static constexpr std::size_t most_standing = 20000;  // a flood of events is no weather
  static constexpr std::size_t most_ahead = 10000;     // reports dated ahead whose arrival is kept

  // A message that cannot be read is told, and costs itself.
  template <class Open>
  void add(Open&& open, const std::string& name, std::string_view bytes, std::optional<tenbo_time> arrival) {
    try {
      if (!take_other(name, bytes)) {
        auto m = std::make_shared<Message>();
        m->rows = open();
        m->head = m->rows.head();
        m->name = name;
        m->arrival = arrival;
        if (m->head.is_message || takes_data()) m->key = take(*m);
        if (!m->key.empty()) {
          m->order = ++order_;
          keep(std::move(m), !arrival);
        }
      }
      unreadable_.erase(name);
    } catch (const HostError& e) {
      if (e.code == TENBO_CLOSED) throw;
      // What a feed or a folder brings beside messages that we read is no fault; a file that the layer names is.
      if (e.code == TENBO_UNSUPPORTED && std::find(files_.begin(), files_.end(), name) == files_.end()) return;
      tell(name, "");  // the host has logged why
    } catch (const std::exception& e) {
      tell(name, std::string(": ") + e.what());
    }
  }
  void tell(const std::string& name, const std::string& why) {
    if (unreadable_.size() < most_unreadable) unreadable_[name] = name + " cannot be read and is left out" + why;
  }
  static auto rank(const Message& x) { return std::tuple(x.time(), x.head.serial, x.head.info_type); }
  // What is dated ahead and comes again counts from when it came first, or an old copy would push out what has come since.
  void date(Message& m) {
    if (!m.arrival) return;
    const std::tuple said(m.key, m.head.report_time, m.head.serial, m.head.info_type);
    if (const auto it = ahead_.find(said); it != ahead_.end()) {
      m.arrival = std::min(*m.arrival, it->second);
    } else if (m.head.report_time > *m.arrival) {
      if (ahead_.size() >= most_ahead) ahead_.clear();
      ahead_.emplace(said, *m.arrival);
    }
  }
  void keep(std::shared_ptr<Message> m, bool is_file) {
    date(*m);
    newest_ = std::max(newest_, m->time());
    const auto of_key = arrived_.find(m->key);
    if (of_key == arrived_.end()) {
      if (arrived_.size() >= check_at_) forget_ended();
      if (arrived_.size() >= most_standing) {
        ++left_out_;
        return;
      }
      const std::string key = m->key;
      arrived_[key] = {std::move(m), is_file};
      return;
    }
    auto& now = of_key->second.message;
    if (rank(*m) < rank(*now)) {  // late
      if (!now->previous || rank(*m) >= rank(*now->previous)) now->previous = std::move(m);
      return;
    }
    if (rank(*m) == rank(*now)) {  // again
      m->previous = now->previous;
    } else {
      now->previous.reset();
      m->previous = now;
    }
    of_key->second = {std::move(m), is_file};
  }
  // The oldest of those that stand no longer, until a tenth is free: it is not looked for at each message.
  void forget_ended() {
    std::vector<const Message*> ended;
    for (const auto& [key, k] : arrived_)
      if (!stands(*k.message, newest_)) ended.push_back(k.message.get());
    std::sort(ended.begin(), ended.end(), [](const Message* a, const Message* b) { return std::tuple(rank(*a), a->order) < std::tuple(rank(*b), b->order); });
    for (const auto* m : ended) {
      if (arrived_.size() <= most_ended - most_ended / 10) break;
      arrived_.erase(std::string(m->key));
    }
    check_at_ = std::max(most_ended, arrived_.size() + most_ended / 10);
  }
  void watch_all() {
    files_ = list("path");
    others_ = other_files();
    auto all = files_;
    all.insert(all.end(), others_.begin(), others_.end());
    watch(all);
  }
  // In a folder there are other things too.
  static bool may_be_message(const std::string& name) {
    for (const char* ending : {".xml", ".cap", ".json", ".geojson"})
      if (const std::string_view e(ending); name.size() > e.size() && name.front() != '.' && name.compare(name.size() - e.size(), e.size(), e) == 0) return true;
    return false;
  }
  // Those that are new or changed.
  void read_files() {
    namespace fs = std::filesystem;
    for (const auto& path : files_) {
      std::vector<std::string> here{path};
      if (std::error_code e; fs::is_directory(path, e)) {
        here.clear();
        for (const auto& entry : fs::directory_iterator(path, e))
          if (entry.is_regular_file(e) && may_be_message(entry.path().filename().string())) here.push_back(entry.path().string());
        std::sort(here.begin(), here.end());
      }
      for (const auto& file : here) {
        std::error_code e;
        const std::pair state(fs::last_write_time(file, e).time_since_epoch().count(), e ? std::uintmax_t{0} : fs::file_size(file, e));
        if (const auto it = read_.find(file); it != read_.end() && it->second == state) continue;
        read_[file] = state;
        add([&] { return VectorFile(host(), file, options()); }, file, {}, {});
      }
    }
  }
  void publish_all() {
    std::vector<const Message*> in_force;
    for (const auto& [key, k] : arrived_) in_force.push_back(k.message.get());
    std::sort(in_force.begin(), in_force.end(), [](const Message* a, const Message* b) { return std::pair(a->time(), a->order) < std::pair(b->time(), b->order); });
    publish(in_force);
    if (left_out_) host().report(std::to_string(left_out_) + " messages of new events are left out: " + std::to_string(most_standing) + " are in force");
    for (const auto& [name, what] : unreadable_) host().report(what);
  }
  // What is shown stays where the new data is wrong.
  template <class F>
  void refresh(const std::string& what_failed, F&& before) {
    try {
      before();
      publish_all();
    } catch (const HostError& e) {
      if (e.code != TENBO_CLOSED) host().report(what_failed + "; what is shown is the data before it");
    } catch (const std::exception& e) {
      host().report(what_failed + " (" + e.what() + "); what is shown is the data before it");
    }
  }

  std::vector<std::string> files_, others_;
  std::map<std::string, Kept> arrived_;               // by key
  std::map<std::tuple<std::string, tenbo_time, std::int32_t, tenbo_info_type>, tenbo_time> ahead_;  // of reports dated ahead, when they came first
  std::size_t check_at_ = most_ended, left_out_ = 0;
  tenbo_time newest_ = std::numeric_limits<tenbo_time>::min();  // of all reports
  std::map<std::string, std::string> unreadable_;     // by name: what is said of it
  std::map<std::string, std::pair<std::int64_t, std::uintmax_t>> read_;  // files, and when they were written and how long they were
  std::uint64_t order_ = 0;
};

}  // namespace tenbo::plugin
