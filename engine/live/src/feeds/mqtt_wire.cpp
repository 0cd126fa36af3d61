#include "feeds/mqtt_wire.h"

#include <cstring>

namespace tenbo::live::wire {
namespace {

class Out {
 public:
  Out& number(std::uint64_t v) {
    char bytes[8];
    std::memcpy(bytes, &v, sizeof bytes);
    text_.append(bytes, sizeof bytes);
    return *this;
  }
  Out& string(std::string_view s) {
    number(s.size());
    text_ += s;
    return *this;
  }
  std::string text() { return std::move(text_); }

 private:
  std::string text_;
};

// Reads on as if all were there; ended() says whether it was, and that nothing is left.
class In {
 public:
  explicit In(std::string_view left) : left_(left) {}
  std::uint64_t number(std::uint64_t most = UINT64_MAX) {
    std::uint64_t v = 0;
    if (left_.size() < sizeof v) return fail();
    std::memcpy(&v, left_.data(), sizeof v);
    left_.remove_prefix(sizeof v);
    return v > most ? fail() : v;
  }
  bool flag() { return number(1) == 1; }
  std::string string() {
    const std::uint64_t size = number();
    if (size > left_.size()) return fail(), std::string();
    std::string out(left_.substr(0, static_cast<std::size_t>(size)));
    left_.remove_prefix(out.size());
    return out;
  }
  bool good() const { return good_; }
  bool ended() const { return good_ && left_.empty(); }

 private:
  std::uint64_t fail() {
    good_ = false;
    left_ = {};
    return 0;
  }
  std::string_view left_;
  bool good_ = true;
};

template <class T>
std::optional<T> whole(const In& in, T value) { return in.ended() ? std::optional<T>(std::move(value)) : std::nullopt; }

}  // namespace

std::string write(const Order& o) {
  Out out;
  out.string(o.host).number(o.port).number(o.tls).string(o.ca_file).string(o.user).string(o.password).string(o.client_id);
  out.number(o.version).number(o.qos).number(o.most_bytes).number(o.memory_bytes);
  for (const auto& t : o.topics) out.string(t);
  return out.text();
}
std::string write(const Connected& c) { return Out().number(c.session_kept).text(); }
std::string write(const Message& m) { return Out().number(m.retained).string(m.topic).string(m.type).text(); }
std::string write(const TooLarge& t) { return Out().number(t.bytes).string(t.topic).text(); }
std::string write(const Problem& p) { return Out().number(p.refused).string(p.message).string(p.remedy).text(); }

std::optional<Order> read_order(std::string_view head) {
  In in(head);
  Order o;
  o.host = in.string();
  o.port = static_cast<std::uint32_t>(in.number(65'535));
  o.tls = in.flag();
  o.ca_file = in.string();
  o.user = in.string();
  o.password = in.string();
  o.client_id = in.string();
  o.version = static_cast<std::uint32_t>(in.number(5));
  o.qos = static_cast<std::uint32_t>(in.number(2));
  o.most_bytes = in.number();
  o.memory_bytes = in.number();
  while (in.good() && !in.ended()) o.topics.push_back(in.string());
  return whole(in, std::move(o));
}
std::optional<Connected> read_connected(std::string_view head) {
  In in(head);
  Connected c;
  c.session_kept = in.flag();
  return whole(in, c);
}
std::optional<Message> read_message(std::string_view head) {
  In in(head);
  Message m;
  m.retained = in.flag();
  m.topic = in.string();
  m.type = in.string();
  return whole(in, std::move(m));
}
std::optional<TooLarge> read_too_large(std::string_view head) {
  In in(head);
  TooLarge t;
  t.bytes = in.number();
  t.topic = in.string();
  return whole(in, std::move(t));
}
std::optional<Problem> read_problem(std::string_view head) {
  In in(head);
  Problem p;
  p.refused = in.flag();
  p.message = in.string();
  p.remedy = in.string();
  return whole(in, std::move(p));
}

}  // namespace tenbo::live::wire
