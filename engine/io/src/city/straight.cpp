#include <algorithm>

#include "city_file.h"

// A large file read straight, a window at a time; see city_file.h.
namespace tenbo::io::city {
namespace {

bool is_member(std::string_view name) { return name == "cityObjectMember" || name == "featureMember" || name == "featureMembers"; }

}  // namespace

// All that the parts need to know of the file, from its beginning and its end. false: it has to be read whole, and nothing is changed.
bool CityFile::begin_straight(JobSystem& jobs) {
  const auto size = context_.end - context_.begin;
  head_end_ = context_.begin + std::min(size, set_.cut.head);
  const char* const tail = context_.end - std::min(size, set_.cut.tail);
  if (!text_.keep(context_.begin, head_end_) || !text_.keep(tail, context_.end)) return false;
  const std::string_view rest(tail, static_cast<std::size_t>(context_.end - tail));
  if (rest.find("ppearanceMember") != std::string_view::npos) return false;
  const auto starts = find_members(context_.begin, head_end_, jobs);
  XmlCursor look(context_.begin, head_end_);
  if (starts.empty() || starts.front().appearance || look.next() != XmlEvent::start || look.tag().at >= starts.front().at || look.tag().empty) return false;
  const auto close = rest.rfind("</" + std::string(look.tag().name));
  const std::string_view before(context_.begin, static_cast<std::size_t>(look.tag().at - context_.begin));
  const auto bracket = close == std::string_view::npos ? close : rest.find('>', close);
  if (bracket == std::string_view::npos || !trim(rest.substr(bracket + 1)).empty() || before.find("<!DOCTYPE") != std::string_view::npos) return false;

  const Diagnostics said = opened;
  const Namespaces names = context_.names;
  XmlCursor xml(context_.begin, head_end_);
  bool good = read_prolog(xml).ok();
  after_root_ = xml.position();
  if (good) read_header(xml, starts.front().at);
  good = good && context_.crs != nullptr && !context_.crs->error;
  good = good && find_axes();
  XmlCursor gap(after_root_, starts.front().at);
  XmlEvent event = XmlEvent::start;
  while (good && event != XmlEvent::done) good = (event = gap.next()) != XmlEvent::error;
  if (!good) {
    opened = said;
    context_.names = names;
    context_.crs = nullptr;
    context_.dimension = 0;
    context_.exchanged = AxesExchanged::no;
    crs_at_ = nullptr;
    return false;
  }
  const char* const first = starts.front().at;
  const char* const last = tail + close;
  const std::ptrdiff_t part = std::clamp<std::ptrdiff_t>((last - first) / 64, set_.cut.least_part, set_.cut.most_part);
  for (const char* p = first; p < last; p += std::min(part, last - p)) {
    Chunk& chunk = chunks_.emplace_back();
    chunk.begin = p;
    chunk.end = p + std::min(part, last - p);
  }
  return true;
}

void CityFile::parse_straight(Chunk& chunk, MemberParser& parser, TextWindow& window, const CancelToken& cancel) {
  const char* const last = chunks_.back().end;
  const char* at = chunk.begin;
  bool sure = &chunk == &chunks_.front();  // that a member begins there
  std::ptrdiff_t more = set_.cut.least_more;
  while (at < chunk.end && !chunk.failed && !given_up_ && !cancel.cancelled()) {
    const char* const to = at + std::min(set_.cut.window, chunk.end - at);
    const char* const stop = to + std::min(more, last - to);
    bool cut_off = false;
    const char* next = nullptr;
    if (window.open(text_, at, stop)) next = parse_window(chunk, to, sure, parser, window, cut_off);
    parser.move_places(window);
    chunk.failed = next == nullptr || (cut_off && (stop == last || more >= set_.cut.most_more));
    if (chunk.failed) {
      given_up_ = true;
      break;
    }
    more = cut_off ? more * 16 : set_.cut.least_more;
    sure = sure || chunk.started != nullptr;
    at = next;
  }
  chunk.ended = at;
  chunk.harvest = parser.take();
}

// The members that begin in the window before `to`. Returns where the next one begins, the root element ends, or, where there was none, `to`; with
// `cut_off` where one begins that the window does not hold all of. null: this is not for reading straight.
const char* CityFile::parse_window(Chunk& chunk, const char* to, bool sure, MemberParser& parser, const TextWindow& window, bool& cut_off) {
  XmlCursor xml(window.begin(), window.end());
  if (!sure) {
    const MemberStart start = first_member(window.begin(), window.here(to), window.end());
    if (start.at == nullptr) return to;
    xml.seek(start.at);
  }
  if (chunk.started == nullptr) chunk.started = window.home(xml.position());
  for (;;) {
    const char* const before = xml.position();
    const XmlEvent event = xml.next();
    if (event == XmlEvent::text) continue;
    if (event == XmlEvent::done) return window.home(window.end());
    if (event != XmlEvent::start) {
      cut_off = true;
      return window.home(before);
    }
    const char* const at = xml.tag().at;
    if (window.home(at) >= to) return window.home(at);
    const std::string_view name = xml.tag().local();
    if (name == "appearanceMember") return nullptr;
    const auto mark = parser.mark();
    const bool member = is_member(name);
    if (member ? parser.parse_members(xml) : xml.skip_element()) {
      if (member ? parser.met_appearance() : first_member(at, xml.position(), xml.position()).at != nullptr) return nullptr;
      continue;
    }
    cut_off = true;
    return parser.back_to(mark) ? window.home(at) : nullptr;
  }
}

// Whether each part has begun where the one before ended.
bool CityFile::went_straight() const {
  if (given_up_) return false;
  const char* at = chunks_.front().begin;
  for (const Chunk& chunk : chunks_) {
    if (chunk.failed) return false;
    if (chunk.started == nullptr) {
      if (at < chunk.end) return false;
      continue;
    }
    if (chunk.started != at) return false;
    at = chunk.ended;
  }
  return at == chunks_.back().end;
}

}  // namespace tenbo::io::city
