// MQTT, by tenbo_mqtt_worker in a process of its own for each connection (ADR 48): here is what is made of what it says. It is not trusted:
// whatever becomes of it costs a reconnection. The session is kept by the broker where it does that: what was published meanwhile then
// comes after all, and where it does not, a gap is written.
#include <algorithm>
#include <random>

#include "feeds/declaration.h"
#include "feeds/link.h"
#include "feeds/mqtt_wire.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/worker_process.h"

namespace tenbo::live {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What waits between the two processes was acknowledged to the broker, and would be lost with this one: no more than the socket needs.
constexpr std::size_t channel_bytes = 128 << 10;
constexpr double silence_seconds = 30;  // of a worker that says every 5 s that it lives
constexpr auto look = 50ms;             // between two looks at the end of the program

double seconds_since(Clock::time_point t) { return std::chrono::duration<double>(Clock::now() - t).count(); }

// A worker's words, on one line.
std::string line_of(const std::string& text) {
  std::string out = to_valid_utf8(text.substr(0, 600));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return out;
}

// libmosquitto holds a packet twice, as it came and as a message, and of QoS 2 up to twenty messages that wait for their release.
std::uint64_t worker_memory(const FeedSpec& spec) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return (void)spec, 0;  // sanitizers reserve terabytes of addresses
#else
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return (void)spec, 0;
#endif
#endif
  constexpr std::uint64_t largest_packet = std::uint64_t{256} << 20;
  const std::uint64_t message = std::min(spec.most_bytes, largest_packet);
  return (std::uint64_t{256} << 20) + 2 * largest_packet + (spec.qos == 2 ? 20 * message : 0);
#endif
}

class Session {
 public:
  explicit Session(FeedLink& link) : link_(link) {}

  void run() {
    const FeedSpec& spec = link_.spec;
    lost_since_ = link_.last_arrival;
    uncertain_ = link_.torn;
    double retry = spec.retry_seconds;
    std::minstd_rand random{std::random_device{}()};
    while (!link_.cancelled()) {
      begun_ = answered_ = Clock::now();
      connected_ = subscribed_ = died_ = false;
      problem_.reset();
      if (!last_reason_) link_.state(FeedState::connecting);  // else it stays what it is until it is better
      connect_and_read();
      if (link_.cancelled()) return;
      if (subscribed_ || (connected_ && died_)) {
        if (!lost_since_) lost_since_ = machine_now();
        // a broker whose answers end the worker each time is not one that was restarted
        if (!died_ || seconds_since(begun_) > spec.most_retry_seconds) retry = spec.retry_seconds;
      }
      if (connected_ && died_) uncertain_ = true;
      if (!problem_) problem_ = Problem{{ErrorCode::io, "the connection was lost", spec.address, "", "it is tried again"}, false};
      last_reason_ = problem_->error;
      link_.state(problem_->refused ? FeedState::refused : FeedState::offline, problem_->error);
      // not all at once after a broker's restart
      const double spread = 0.8 + 0.4 * static_cast<double>(random() % 1000) / 1000;
      if (!link_.pause(retry * spread)) return;
      retry = std::min(retry * 2, spec.most_retry_seconds);
    }
  }

 private:
  struct Problem {
    Error error;
    bool refused;
  };
  void fail(bool refused, std::string message, std::string remedy) {
    if (!problem_) problem_ = Problem{{ErrorCode::io, std::move(message), link_.spec.address, "", std::move(remedy)}, refused};
  }
  // The worker did what it must not.
  void died(std::string what) {
    died_ = true;
    fail(false, "the MQTT worker " + std::move(what), link_.spec.mqtt_version == 5 ? "it is tried again; where this happens each time, write \"mqtt_version\": 3" : "it is tried again");
  }

  void connect_and_read() {
    const FeedSpec& spec = link_.spec;
    auto broker = parse_broker(spec.address);
    auto credentials = read_credentials(spec.credentials);
    if (!broker || !credentials) {
      problem_ = Problem{!broker ? broker.error() : credentials.error(), true};
      return;
    }
    const auto program = link_.mqtt_worker.empty() ? executable_dir() / "tenbo_mqtt_worker" : link_.mqtt_worker;
    auto worker = WorkerProcess::start(program, {}, channel_bytes);
    if (!worker) {
      problem_ = Problem{worker.error(), true};
      problem_->error.message = "the MQTT worker " + problem_->error.message;
      problem_->error.remedy = "build or install tenbo_mqtt_worker beside tenbo";
      return;
    }
    Channel& channel = worker->channel();
    wire::Order order;
    order.host = broker->host;
    order.port = static_cast<std::uint32_t>(broker->port);
    order.tls = broker->tls;
    order.ca_file = spec.ca_file.string();
    order.user = credentials->user;
    order.password = credentials->password;
    order.client_id = link_.client_id;
    order.topics = spec.topics;
    order.version = spec.mqtt_version == 5 ? 5 : 3;
    order.qos = static_cast<std::uint32_t>(spec.qos);
    order.most_bytes = spec.most_bytes;
    order.memory_bytes = worker_memory(spec);
    const std::string head = wire::write(order);
    if (head.size() > wire::to_worker.head_bytes) return fail(true, "its topics are too many", "name fewer in \"topics\"; + and # stand for many");
    (void)channel.send(wire::order, head);  // where it has ended already, reading says so

    auto heard = Clock::now();
    while (!problem_ && !link_.cancelled()) {
      switch (read_one(channel, look)) {
        case Channel::Got::frame: heard = Clock::now(); break;  // after it was journalled, which may wait
        case Channel::Got::nothing:
          if (seconds_since(heard) > std::max(silence_seconds, spec.connect_seconds)) died("does not answer");
          if (!subscribed_ && seconds_since(answered_) > spec.connect_seconds) fail(false, "does not answer", "check the address and the network; it is tried again");
          break;
        case Channel::Got::refused: died("sends what it must not: " + channel.why()); break;
        case Channel::Got::end: ended(worker->end(2s)); return;
      }
    }
    if (!link_.cancelled() || !connected_) return;  // and the worker is killed
    // What it has acknowledged is taken before all ends. A broker that kept the session sends that before it confirms the topics.
    channel.end_sending();
    const auto until = Clock::now() + 1s;
    for (auto got = Channel::Got::frame; got == Channel::Got::frame || got == Channel::Got::nothing;) {
      got = read_one(channel, look);
      if (problem_ || Clock::now() > until) return;
    }
    (void)worker->end(200ms);
  }

  // Its end without a word of why.
  void ended(const WorkerProcess::End& end) {
    if (problem_) return;
    if (end.killed) return died("closed its channel and went on");
    died(end.signal != 0 ? "was ended by signal " + std::to_string(end.signal) : "ended with status " + std::to_string(end.status));
  }

  Channel::Got read_one(Channel& channel, std::chrono::milliseconds wait) {
    Frame frame;
    const auto got = channel.receive(frame, {wire::from_worker_head, link_.spec.most_bytes}, wait);
    if (got == Channel::Got::frame && !take(frame)) died("sends what it must not: a frame of kind " + std::to_string(frame.kind) + " that is none, or not in its turn");
    return got;
  }

  // False: it does not belong here.
  bool take(Frame& frame) {
    if (frame.kind != wire::message && !frame.body.empty()) return false;
    switch (frame.kind) {
      case wire::alive: return frame.head.empty();
      case wire::connected: {
        const auto c = wire::read_connected(frame.head);
        if (!c || connected_) return false;
        connected_ = true;
        answered_ = Clock::now();
        session_kept_ = c->session_kept;
        link_.connected();
        return true;
      }
      case wire::subscribed:
        if (!frame.head.empty() || !connected_ || subscribed_) return false;
        on_subscribed();
        return true;
      case wire::message: {
        auto m = wire::read_message(frame.head);
        if (!m || !connected_) return false;
        answered_ = Clock::now();
        if (!link_.message(std::move(m->topic), m->type, m->retained, std::move(frame.body), true)) fail(false, "the journal takes no more", "");
        return true;
      }
      case wire::too_large: {
        const auto t = wire::read_too_large(frame.head);
        if (!t || !connected_ || t->bytes <= link_.spec.most_bytes) return false;
        link_.refused({ErrorCode::out_of_budget, "a message of " + std::to_string(t->bytes) + " bytes was refused, more than the limit of " + std::to_string(link_.spec.most_bytes),
                       link_.spec.address, line_of(t->topic), ""});
        return true;
      }
      case wire::problem: {
        const auto p = wire::read_problem(frame.head);
        if (!p) return false;
        fail(p->refused, line_of(p->message), line_of(p->remedy));
        return true;
      }
      default: return false;
    }
  }

  void on_subscribed() {
    subscribed_ = true;
    if (lost_since_ && !session_kept_) link_.gap(*lost_since_, machine_now(), "the broker did not keep what came meanwhile");
    else if (lost_since_ && uncertain_) link_.gap(*lost_since_, machine_now(), "the program or its MQTT worker was ended; a message that was acknowledged may be missing");
    lost_since_.reset();
    last_reason_.reset();
    uncertain_ = false;
    link_.state(FeedState::live);
  }

  FeedLink& link_;
  Clock::time_point begun_, answered_;  // the latter by the broker, until the topics are confirmed
  bool connected_ = false, subscribed_ = false, session_kept_ = false;
  bool died_ = false;       // the worker, of itself
  bool uncertain_ = false;  // what was acknowledged may not have come into the journal
  std::optional<Moment> lost_since_;
  std::optional<Problem> problem_;
  std::optional<Error> last_reason_;
};

}  // namespace

void run_mqtt(FeedLink& link) { Session(link).run(); }

}  // namespace tenbo::live
