#include "city_file.h"

#include <algorithm>
#include <optional>

#include "encoding.h"
#include "tenbo/base/text.h"

namespace tenbo::io::city {
namespace {
bool is_blank(const char* p, const char* end) {
  while (p < end && is_space(*p)) ++p;
  return p >= end;
}
}  // namespace

CityFile::CityFile(DataSet& set, std::string name, std::filesystem::path dir) : set_(set), name_(std::move(name)) {
  context_.dir = std::move(dir);
  context_.crs_table = &set.crs_table;
  context_.code_lists = &set.code_lists;
  context_.textures = &set.textures;
  context_.grid = &set.grid;
  context_.meshes = set.meshes;
  context_.outlines = set.outlines;
}

Status CityFile::open(Text text, JobSystem& jobs) {
  text_ = std::move(text);
  text_size_ = text_.view().size();
  if (text_size_ == 0) return error(ErrorCode::malformed, "is empty", {}, "download it again");
  constexpr std::size_t declaration = 4096;
  if (auto status = text_.keep(text_.begin(), text_.begin() + std::min(text_size_, std::uint64_t{declaration})); !status) return status;
  std::size_t skip = 0;
  std::string warning;
  const auto encoding = source_encoding(text_.view(), skip, warning);
  if (!warning.empty()) opened.warn(error(ErrorCode::unsupported, warning));
  if (!encoding.empty()) {
    if (auto status = make_whole(jobs); !status) return status;
    text_ = Text(to_utf8(text_.view().substr(skip), encoding.c_str()));
    skip = 0;
  }
  context_.begin = text_.begin() + skip;
  context_.end = text_.end();
  straight_ = !text_.whole() && begin_straight(jobs);
  return straight_ ? Status() : read_whole(jobs);
}

Status CityFile::make_whole(JobSystem& jobs) { return text_.keep_all(jobs); }

Status CityFile::read_whole(JobSystem& jobs) {
  if (auto status = make_whole(jobs); !status) return status;
  head_end_ = context_.end;
  XmlCursor xml(context_.begin, context_.end);
  if (auto status = read_prolog(xml); !status) return status;
  if (std::string_view(context_.begin, static_cast<std::size_t>(root_ - context_.begin)).find("<!DOCTYPE") != std::string_view::npos)
    opened.warn(error(ErrorCode::unsupported, "has a DOCTYPE, which CityGML does not need: its entities are not expanded"));
  after_root_ = xml.tag().empty ? nullptr : xml.position();
  find_starts(jobs);
  read_header(xml, starts_.empty() ? context_.end : starts_.front().at);
  if (context_.crs == nullptr) guess_crs();
  if (context_.crs != nullptr && context_.crs->error && context_.crs->error->code == ErrorCode::mismatch) {
    Error refused = *context_.crs->error;
    refused.file = name_;
    return refused;
  }
  static_cast<void>(find_axes());
  read_appearances(jobs);
  cut();
  return {};
}

void CityFile::find_starts(JobSystem& jobs) {
  starts_ = find_members(context_.begin, context_.end, jobs);
  std::erase_if(starts_, [&](const MemberStart& s) { return s.at <= root_; });
}

void CityFile::read_appearances(JobSystem& jobs) {
  std::vector<const char*> at;
  for (const auto& s : starts_)
    if (s.appearance) at.push_back(s.at);
  if (at.empty()) return;
  std::vector<Appearance> looks(at.size());
  std::vector<Notes> said(at.size());
  jobs.parallel_for(at.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      XmlCursor xml(at[i], context_.end);
      if (xml.next() != XmlEvent::start || !parse_appearance(xml, set_.textures, context_.dir, looks[i], said[i]))
        said[i].fail(xml.error_at(), "the XML is broken in an appearance: " + xml.error());
    }
  });
  for (std::size_t i = 0; i < at.size(); ++i) {
    context_.appearance.merge(std::move(looks[i]));
    tell(std::move(said[i]));
  }
}

// Parts of some size, small enough to share the work evenly and large enough to be worth a table of their own.
void CityFile::cut() {
  const auto size = static_cast<std::size_t>(context_.end - context_.begin);
  const std::size_t chunk_size = std::clamp<std::size_t>(size / 64, std::size_t{256} << 10, std::size_t{2} << 20);
  for (std::size_t i = 0; i < starts_.size();) {
    Chunk& chunk = chunks_.emplace_back();
    chunk.first = i;
    const char* const limit = starts_[i].at + chunk_size;
    while (i < starts_.size() && starts_[i].at < limit) ++i;
    chunk.last = i;
  }
}

std::uint64_t CityFile::part_size(std::size_t part) const {
  const Chunk& chunk = chunks_[part];
  if (straight_) return static_cast<std::uint64_t>(chunk.end - chunk.begin);
  const char* const last = chunk.last < starts_.size() ? starts_[chunk.last].at : context_.end;
  return static_cast<std::uint64_t>(last - starts_[chunk.first].at);
}

void CityFile::parse(std::size_t part, MemberParser& parser, TextWindow& window, const CancelToken& cancel) {
  if (straight_) parse_straight(chunks_[part], parser, window, cancel);
  else parse(chunks_[part], context_.begin, parser, cancel);
}

// The members of one chunk, but for those that begin before `from` (they lie inside an earlier member).
void CityFile::parse(Chunk& chunk, const char* from, MemberParser& parser, const CancelToken& cancel) {
  std::optional<XmlCursor> xml;
  xml.emplace(context_.begin, context_.end);
  const char* end = nullptr;
  for (std::size_t i = chunk.first; i < chunk.last; ++i) {
    if (starts_[i].at < std::max(from, end)) continue;
    if (cancel.cancelled()) break;
    if (end != nullptr && !is_blank(end, starts_[i].at)) chunk.gaps.push_back({end, starts_[i].at});
    xml->seek(starts_[i].at);
    const bool good = xml->next() == XmlEvent::start && (starts_[i].appearance ? xml->skip_element() : parser.parse_members(*xml));
    if (good) {
      end = xml->position();
      continue;
    }
    parser.fail(xml->error_at(), "the XML is broken: " + xml->error() + "; the object it broke in is left out");
    xml.emplace(context_.begin, context_.end);
    end = nullptr;
  }
  chunk.parsed_to = end;
  chunk.harvest = parser.take();
}

// A chunk that begins inside the last member of the one before is read again.
Status CityFile::settle(JobSystem& jobs, const CancelToken& cancel) {
  if (straight_) {
    if (cancel.cancelled() || went_straight()) return {};
    straight_ = false;
    if (auto status = make_whole(jobs); !status) return status;
    head_end_ = context_.end;
    chunks_.clear();
    find_starts(jobs);
    read_appearances(jobs);
    cut();
    jobs.parallel_for(chunks_.size(), 1, [&](std::size_t from, std::size_t to) {
      MemberParser parser(context_);
      for (std::size_t i = from; i < to; ++i) parse(chunks_[i], context_.begin, parser, cancel);
    });
  }
  std::vector<std::pair<const char*, const char*>> gaps;
  const char* parsed_to = nullptr;
  if (after_root_ != nullptr && !chunks_.empty()) gaps.push_back({after_root_, starts_.front().at});
  for (Chunk& chunk : chunks_) {
    const char* const begin = starts_[chunk.first].at;
    if (parsed_to != nullptr && begin < parsed_to) {
      chunk.gaps.clear();
      MemberParser parser(context_);
      parse(chunk, parsed_to, parser, cancel);
    } else if (parsed_to != nullptr && !is_blank(parsed_to, begin)) {
      gaps.push_back({parsed_to, begin});
    }
    parsed_to = chunk.parsed_to != nullptr || chunk.harvest.notes.kept.empty() ? std::max(parsed_to, chunk.parsed_to) : nullptr;
    gaps.insert(gaps.end(), chunk.gaps.begin(), chunk.gaps.end());
  }
  check_gaps(std::move(gaps), chunks_.empty() ? after_root_ : parsed_to);
  return {};
}

// What stands between the members must be XML too, and the model must be closed.
void CityFile::check_gaps(std::vector<std::pair<const char*, const char*>> gaps, const char* tail) {
  if (tail != nullptr) {
    const std::string_view rest(tail, static_cast<std::size_t>(context_.end - tail));
    const auto close = rest.rfind("</" + root_name_);
    const auto bracket = close == std::string_view::npos ? close : rest.find('>', close);
    if (bracket == std::string_view::npos)
      notes.fail(context_.end, "the file ends before </" + root_name_.substr(0, 80) + ">: it is cut off", "download it again");
    else
      gaps.push_back({tail, tail + close});
  }
  for (const auto& [from, to] : gaps) {
    XmlCursor xml(from, to);
    for (XmlEvent event = xml.next(); event != XmlEvent::done; event = xml.next()) {
      if (event == XmlEvent::start && xml.tag().local() == "boundedBy" && context_.crs == nullptr) find_envelope(xml);
      else if (event == XmlEvent::error) {
        notes.fail(xml.error_at(), "the XML is broken between two objects: " + xml.error());
        break;
      }
    }
  }
}

void CityFile::tell(Notes&& more) {
  for (auto& note : more.kept) notes.kept.push_back(std::move(note));
  notes.warnings_dropped += more.warnings_dropped;
  notes.errors_dropped += more.errors_dropped;
  notes.flat_polygons += more.flat_polygons;
  notes.unknown_entities += more.unknown_entities;
  notes.bad_utf8 += more.bad_utf8;
  more = {};
}

void CityFile::report(Diagnostics& out, std::uint32_t objects) {
  auto& kept = notes.kept;
  std::stable_sort(kept.begin(), kept.end(), [](const Note& a, const Note& b) { return a.at < b.at; });
  std::uint64_t line = 1;
  const char* counted = context_.begin;
  for (Note& note : kept) {
    std::string place;
    if (note.at != nullptr) {
      const char* const at = std::clamp(note.at, counted, context_.end);
      line += text_.new_lines(counted, at);
      counted = at;
      place = "line " + std::to_string(line);
    }
    Error e = error(note.code, std::move(note.message), std::move(place), std::move(note.remedy));
    if (note.is_error) out.fail(std::move(e));
    else out.warn(std::move(e));
  }
  out.warnings_dropped += notes.warnings_dropped;
  out.errors_dropped += notes.errors_dropped;
  if (notes.flat_polygons > 0)
    out.warn(error(ErrorCode::malformed, std::to_string(notes.flat_polygons) + " polygons have no area and are not drawn"));
  if (notes.unknown_entities > 0)
    out.warn(error(ErrorCode::malformed, std::to_string(notes.unknown_entities) + " texts hold entities that XML does not define; they stay as they are"));
  if (notes.bad_utf8 > 0)
    out.warn(error(ErrorCode::malformed, std::to_string(notes.bad_utf8) + " texts are not in the file's encoding; their unreadable characters are marked",
                   {}, "declare the encoding in the XML declaration"));
  const bool broken = std::any_of(kept.begin(), kept.end(), [](const Note& n) { return n.is_error; });
  if (objects == 0 && !broken) out.warn(error(ErrorCode::malformed, "holds no city objects"));
}

}  // namespace tenbo::io::city
