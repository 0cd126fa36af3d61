#pragma once
// Between a feed's thread and the rest: what it brings and what it says of itself. It outlives both.
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "tenbo/base/jobs.h"
#include "tenbo/live/feed.h"
#include "tenbo/live/journal.h"

namespace tenbo::live {

class FeedLink {
 public:
  FeedLink(FeedSpec s, Journal* j) : spec(std::move(s)), journal_(j) {
    status_.name = spec.name;
    status_.since = status_.times.begun = machine_now();
    status_.times.expected_interval = spec.expected_interval;
  }

  const FeedSpec spec;
  std::string client_id;                      // MQTT
  bool torn = false;                          // the last program that wrote the journal did not end in order
  std::filesystem::path mqtt_worker;          // empty: tenbo_mqtt_worker beside the program; tests have others
  std::map<std::string, std::int64_t> known;  // source -> hash of its latest content, of before the start. Then the feed's thread's
  std::optional<Moment> last_arrival;         // of before the start

  bool cancelled() const { return cancel_.cancelled(); }
  const CancelToken& cancel() const { return cancel_; }
  // Waits; false where it was cancelled.
  bool pause(double seconds);

  // --- by the feed's thread
  // Hands a message to the journal; waits where that is full. False: end. `acknowledged`: its source will not send it again, and it is
  // taken also after stop(), until cut().
  bool message(std::string source, std::string type, bool retained, std::vector<std::byte> body, bool acknowledged = false);
  void gap(Moment since, Moment until, const std::string& why);
  void state(FeedState state, std::optional<Error> reason = {});
  void refused(Error why);  // a message
  void connected();

  // --- by the others
  void join(Journal* journal) { journal_ = journal; }  // before the thread begins
  void remember(const Entry& entry, std::optional<Moment> says);  // of before the start
  void accepted(const Entry& entry, std::optional<Moment> says);
  FeedStatus status(Moment now) const;
  void stop();         // asks for the end
  void cut();          // no message comes through afterwards
  void ended();        // by the thread, last of all
  bool wait_ended(std::chrono::milliseconds limit);

 private:
  bool append(Entry entry, const CancelToken& until);
  CancelToken cancel_, cut_;
  std::mutex journal_mutex_;
  Journal* journal_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  FeedStatus status_;
  bool ended_ = false;
};

// Each runs until it is cancelled.
void run_mqtt(FeedLink& link);
void run_http(FeedLink& link);
void run_folder(FeedLink& link);

}  // namespace tenbo::live
