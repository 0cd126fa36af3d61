// Host extension tenbo.feed/1: messages as they arrived, and io's readers of their bytes.
#include "plugins/answer.h"
#include "plugins/reader.h"
#include "tenbo/io/arrived.h"

namespace tenbo::runtime {
namespace {

tenbo_result subscribe(const tenbo_host* host, Instance::Arrived arrived, void* user) {
  return answer(host, "tenbo.feed/1 subscribe", [&](Instance& i) -> Status {
    if (!arrived) return bad("tenbo.feed/1 subscribe", "arrived is NULL");
    return i.subscribe(arrived, user);
  });
}

Result<std::span<const std::byte>> bytes_of(const void* bytes, std::uint64_t count, const char* what) {
  if (!bytes && count) return bad(what, "bytes is NULL");
  if (count > (std::uint64_t{1} << 30)) return bad(what, "has " + std::to_string(count) + " bytes", ErrorCode::out_of_budget);
  return std::span(static_cast<const std::byte*>(bytes), static_cast<std::size_t>(count));
}
// A message's name is the sender's word.
std::string name_of(tenbo_text name) {
  return name.data && name.size ? to_valid_utf8({name.data, std::min<std::uint64_t>(name.size, 1000)}) : std::string("message");
}

tenbo_result open_message(const tenbo_host* host, const void* bytes, std::uint64_t count, tenbo_text name, const tenbo_vector_options* options,
                          const tenbo_reader_vector** out) {
  return answer(host, "tenbo.feed/1 open_message", [&](Instance& i) -> Status {
    if (!out) return bad("tenbo.feed/1 open_message", "has nowhere to put the handle");
    *out = nullptr;
    const auto given = bytes_of(bytes, count, "tenbo.feed/1 open_message");
    if (!given) return given.error();
    const auto o = vector_options(options);
    if (!o) return o.error();
    Progress progress;
    auto data = io::read_vector_bytes(*given, name_of(name), *o, progress, i.cancel());
    if (!data) return data.error();
    *out = i.handles().add(std::shared_ptr<const ReadVector>(keep(std::move(*data))));
    return {};
  });
}

tenbo_result open_message_field(const tenbo_host* host, const void* bytes, std::uint64_t count, tenbo_text name, const tenbo_field_options* options,
                                const tenbo_reader_field** out) {
  return answer(host, "tenbo.feed/1 open_message_field", [&](Instance& i) -> Status {
    if (!out) return bad("tenbo.feed/1 open_message_field", "has nowhere to put the handle");
    *out = nullptr;
    const auto given = bytes_of(bytes, count, "tenbo.feed/1 open_message_field");
    if (!given) return given.error();
    const auto o = field_options(options);
    if (!o) return o.error();
    const auto opened = io::open_field_bytes(*given, name_of(name), *o);
    if (!opened) return opened.error();
    auto read = read_field(*opened, i.cancel());
    if (!read) return read.error();
    *out = i.handles().add(std::shared_ptr<const ReadField>(std::move(*read)));
    return {};
  });
}

using Head = io::MessageHead;
static_assert(static_cast<int>(Head::Actuality::exercise) == TENBO_STATUS_EXERCISE && static_cast<int>(Head::Actuality::test) == TENBO_STATUS_TEST);
static_assert(static_cast<int>(Head::Info::correction) == TENBO_INFO_CORRECTION && static_cast<int>(Head::Info::cancel) == TENBO_INFO_CANCEL);

tenbo_result message_head(const tenbo_host* host, const tenbo_reader_vector* handle, tenbo_message_head* out) {
  return answer(host, "tenbo.feed/1 message_head", [&](Instance& i) -> Status {
    const auto v = i.handles().find(handle);
    if (!v) return bad("tenbo.feed/1 message_head", "the vector handle is not open");
    tenbo_message_head o{};
    if (const auto& h = v->head) {
      o.is_message = 1;
      o.status = static_cast<tenbo_status>(h->actuality);
      o.info_type = static_cast<tenbo_info_type>(h->info);
      o.code = view(h->code);
      o.title = view(h->title);
      o.publisher = view(h->publisher);
      o.event = view(h->event);
      o.headline = view(h->headline);
      o.report_time = h->report_time.ms;
      o.has_valid_until = h->valid_until ? 1 : 0;
      o.valid_until = h->valid_until ? h->valid_until->ms : 0;
      o.serial = h->serial.value_or(0);
      o.references = view(h->references);
    }
    return give(o, out, "tenbo_message_head");
  });
}

const tenbo_feed feed{sizeof(tenbo_feed), 0, subscribe, open_message, open_message_field, message_head};
}  // namespace

const void* feed_extension() { return &feed; }

}  // namespace tenbo::runtime
