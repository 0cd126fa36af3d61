#include "tenbo/io/city.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

#include "encoding.h"
#include "member.h"
#include "merge.h"
#include "numbers.h"
#include "scan.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

const char* to_string(CityTheme theme) {
  switch (theme) {
    case CityTheme::building: return "building";
    case CityTheme::bridge: return "bridge";
    case CityTheme::road: return "road";
    case CityTheme::vegetation: return "vegetation";
    case CityTheme::furniture: return "furniture";
    case CityTheme::relief: return "relief";
    case CityTheme::water: return "water";
    case CityTheme::other: break;
  }
  return "other";
}

namespace {
using namespace city;

// A file's bytes, and room to read over its end.
struct Text {
  std::unique_ptr<char[], FreeBytes> bytes;
  std::string string;
  const char* begin = nullptr;
  const char* end = nullptr;

  void take(FileBytes&& file) {
    bytes = std::move(file.data);
    begin = bytes.get();
    end = begin + file.size;
  }
  void take(std::string&& s) {
    string = std::move(s);
    const std::size_t size = string.size();
    string.resize(size + text_padding);
    begin = string.data();
    end = begin + size;
  }
  std::string_view view() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

struct Chunk {
  std::size_t first = 0, last = 0;     // member starts
  const char* parsed_to = nullptr;     // end of the last member read
  std::vector<std::pair<const char*, const char*>> gaps;  // between members, not blank
  geo::FeatureTable features;
  std::vector<PartBatch> parts;
  std::uint64_t triangles = 0;
  Notes notes;
  geo::Extent extent;
  std::uint32_t lod_mask = 0;
  std::vector<Deferred> deferred;
  std::unordered_set<std::string_view> wanted;
  std::vector<const CrsEntry*> failed_crs;
  bool met_no_crs = false;
};

bool is_blank(const char* p, const char* end) {
  while (p < end && is_space(*p)) ++p;
  return p >= end;
}

// The data set's folder: the one that holds udx/ where there is one.
std::filesystem::path package_root(const std::filesystem::path& file) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(file, error);
  if (error) return file.parent_path();
  int up = 0;
  for (auto p = absolute.parent_path(); p.has_relative_path() && up < 8; p = p.parent_path(), ++up)
    if (p.filename() == "udx") return p.parent_path();
  return absolute.parent_path();
}

class CityReader {
 public:
  CityReader(const CityOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel, std::filesystem::path root)
      : options_(options), jobs_(jobs), progress_(progress), cancel_(std::move(cancel)), grid_(options.tile_size),
        crs_table_(options.heights), code_lists_(root), textures_(root), merger_(grid_) {}

  Status read_file(const std::filesystem::path& path) {
    auto bytes = read_file_padded(path, text_padding, jobs_);
    if (!bytes) return bytes.error();
    Text text;
    text.take(std::move(*bytes));
    return read(std::move(text), path.string(), path.parent_path());
  }
  Status read(Text text, const std::string& name, const std::filesystem::path& dir);
  CityModel finish(std::string name);

 private:
  Error error(ErrorCode code, std::string message, std::string place = {}, std::string remedy = {}) const {
    return {code, std::move(message), name_, std::move(place), std::move(remedy)};
  }
  Status read_prolog(XmlCursor& xml);
  void read_header(XmlCursor& xml, const char* first_member);
  void find_envelope(XmlCursor& xml);
  void guess_crs();
  void read_appearances();
  void parse(Chunk& chunk, const char* from);
  void parse_all();
  void collect(Chunk& chunk, MemberParser& parser);
  void read_deferred(std::vector<Chunk>& chunks, const std::vector<std::uint32_t>& firsts);
  void tell(Notes& notes);
  void check_gaps(std::vector<std::pair<const char*, const char*>> gaps, const char* tail);

  const CityOptions& options_;
  JobSystem& jobs_;
  Progress& progress_;
  CancelToken cancel_;
  TileGrid grid_;
  CrsTable crs_table_;
  CodeLists code_lists_;
  TextureTable textures_;
  BatchMerger merger_;
  CityModel model_;
  std::uint32_t lod_mask_ = 0;

  // of the file being read
  std::string name_;
  std::unique_ptr<FileContext> file_;
  std::string root_name_;
  std::vector<MemberStart> starts_;
  std::vector<Chunk> chunks_;
  Notes file_notes_;
};

Status CityReader::read_prolog(XmlCursor& xml) {
  switch (xml.next()) {
    case XmlEvent::start: break;
    case XmlEvent::done: return error(ErrorCode::malformed, "is empty of XML elements", {}, "is this the right file?");
    case XmlEvent::error:
      return error(ErrorCode::malformed, "is not XML: " + xml.error(),
                   "line " + std::to_string(LineCounter(file_->begin).line_of(xml.error_at())));
    default: return error(ErrorCode::malformed, "is not XML: text stands before the first element", "line 1", "is this the right file?");
  }
  root_name_ = xml.tag().name;
  file_->names.declare(xml.tag());
  if (xml.tag().local() != "CityModel" && !file_->names.any_citygml())
    return error(ErrorCode::unsupported, "is XML, but not a CityGML model: its root element is <" + root_name_.substr(0, 80) + ">", {},
                 "expected <core:CityModel>");
  return {};
}

void CityReader::find_envelope(XmlCursor& xml) {
  const std::size_t outside = xml.depth() - 1;
  for (;;) {
    const XmlEvent event = xml.next();
    if (event == XmlEvent::start && xml.tag().local() == "Envelope") {
      const auto srs = xml.tag().attribute("srsName");
      if (!srs.empty() && file_->crs == nullptr) file_->crs = &crs_table_.get(srs);
      const auto dimension = xml.tag().attribute("srsDimension");
      if (dimension == "2" || dimension == "3") file_->dimension = dimension[0] - '0';
    } else if (event == XmlEvent::end && xml.depth() == outside) {
      return;
    } else if (event == XmlEvent::error || event == XmlEvent::done) {
      return;
    }
  }
}

// What stands before the first member: the envelope with the CRS, names, metadata.
void CityReader::read_header(XmlCursor& xml, const char* first_member) {
  for (;;) {
    const XmlEvent event = xml.next();
    if (event == XmlEvent::start) {
      if (xml.tag().at >= first_member) return;
      if (xml.tag().local() == "boundedBy") find_envelope(xml);
      else if (!xml.skip_element()) return;
    } else if (event != XmlEvent::text) {
      return;
    }
  }
}

// No envelope names a CRS: the first one named anywhere stands for the rest. None at all: latitude and longitude may be
// told from their numbers where one of them is beyond 90.
void CityReader::guess_crs() {
  const std::string_view text(file_->begin, static_cast<std::size_t>(file_->end - file_->begin));
  if (const auto at = text.find("srsName="); at != std::string_view::npos && at + 9 < text.size() && (text[at + 8] == '"' || text[at + 8] == '\'')) {
    const auto close = text.find(text[at + 8], at + 9);
    if (close != std::string_view::npos && close - at < 1000 && close > at + 9) {
      file_->crs = &crs_table_.get(text.substr(at + 9, close - at - 9));
      return;
    }
  }
  for (const std::string_view tag : {"posList", "lowerCorner", "pos>"}) {
    const auto at = text.find(tag);
    if (at == std::string_view::npos) continue;
    const char* p = static_cast<const char*>(std::memchr(text.data() + at, '>', text.size() - at));
    if (p == nullptr) continue;
    ++p;
    double a = 0, b = 0;
    while (p < file_->end && is_space(*p)) ++p;
    if (p >= file_->end || !read_number(p, file_->end, a)) continue;
    while (p < file_->end && is_space(*p)) ++p;
    if (p >= file_->end || !read_number(p, file_->end, b)) continue;
    const bool fractions = a != std::floor(a) && b != std::floor(b);
    const char* guess = nullptr;
    if (fractions && std::abs(a) <= 90 && std::abs(b) > 90 && std::abs(b) <= 180) guess = a > 20 && a < 46 && b > 122 && b < 154 ? "EPSG:6697" : "EPSG:4326";
    else if (fractions && std::abs(a) > 90 && std::abs(a) <= 180 && std::abs(b) <= 90) guess = "OGC:CRS84";
    if (guess == nullptr) return;
    file_->crs = &crs_table_.get(guess);
    model_.diagnostics.warn(error(ErrorCode::malformed, std::string("no coordinate reference system is named; its numbers can only be latitude and longitude, taken as ") + guess,
                                  {}, "give the gml:Envelope a srsName"));
    return;
  }
}

void CityReader::read_appearances() {
  std::vector<const char*> at;
  for (const auto& s : starts_)
    if (s.appearance) at.push_back(s.at);
  std::vector<Appearance> looks(at.size());
  std::vector<Notes> notes(at.size());
  jobs_.parallel_for(at.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      XmlCursor xml(at[i], file_->end);
      if (xml.next() != XmlEvent::start || !parse_appearance(xml, textures_, file_->dir, looks[i], notes[i]))
        notes[i].fail(xml.error_at(), "the XML is broken in an appearance: " + xml.error());
    }
  });
  for (std::size_t i = 0; i < at.size(); ++i) {
    file_->appearance.merge(std::move(looks[i]));
    tell(notes[i]);
  }
}

void CityReader::collect(Chunk& chunk, MemberParser& parser) {
  chunk.features = std::move(parser.features);
  chunk.parts = std::move(parser.mesher.parts);
  chunk.triangles = parser.mesher.triangles;
  chunk.notes = std::move(parser.notes);
  chunk.extent = parser.extent;
  chunk.lod_mask = parser.lod_mask;
  chunk.deferred = std::move(parser.deferred);
  chunk.wanted = std::move(parser.wanted);
  chunk.failed_crs = std::move(parser.failed_crs);
  chunk.met_no_crs = parser.met_no_crs;
}

// The members of one chunk, but for those that begin before `from` (they lie inside an earlier member).
void CityReader::parse(Chunk& chunk, const char* from) {
  MemberParser parser(*file_);
  std::optional<XmlCursor> xml;
  xml.emplace(file_->begin, file_->end);
  const char* end = nullptr;
  for (std::size_t i = chunk.first; i < chunk.last; ++i) {
    if (starts_[i].at < std::max(from, end)) continue;
    if (cancel_.cancelled()) break;
    if (end != nullptr && !is_blank(end, starts_[i].at)) chunk.gaps.push_back({end, starts_[i].at});
    xml->seek(starts_[i].at);
    const bool good = xml->next() == XmlEvent::start && (starts_[i].appearance ? xml->skip_element() : parser.parse_members(*xml));
    if (good) {
      end = xml->position();
      continue;
    }
    parser.notes.fail(xml->error_at(), "the XML is broken: " + xml->error() + "; the object it broke in is left out");
    xml.emplace(file_->begin, file_->end);
    end = nullptr;
  }
  chunk.parsed_to = end;
  collect(chunk, parser);
  const char* const last = chunk.last < starts_.size() ? starts_[chunk.last].at : file_->end;
  progress_.done.fetch_add(static_cast<std::uint64_t>(last - starts_[chunk.first].at), std::memory_order_relaxed);
}

void CityReader::parse_all() {
  const auto size = static_cast<std::size_t>(file_->end - file_->begin);
  const std::size_t chunk_size = std::clamp<std::size_t>(size / 64, std::size_t{64} << 10, std::size_t{8} << 20);
  chunks_.clear();
  for (std::size_t i = 0; i < starts_.size();) {
    Chunk chunk;
    chunk.first = i;
    const char* const limit = starts_[i].at + chunk_size;
    while (i < starts_.size() && starts_[i].at < limit) ++i;
    chunk.last = i;
    chunks_.push_back(std::move(chunk));
  }
  jobs_.parallel_for(chunks_.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t c = from; c < to; ++c) parse(chunks_[c], file_->begin);
  });
}

// What stands between the members must be XML too, and the model must be closed.
void CityReader::check_gaps(std::vector<std::pair<const char*, const char*>> gaps, const char* tail) {
  if (tail != nullptr) {
    const std::string_view rest(tail, static_cast<std::size_t>(file_->end - tail));
    const auto close = rest.rfind("</" + root_name_);
    const auto bracket = close == std::string_view::npos ? close : rest.find('>', close);
    if (bracket == std::string_view::npos)
      file_notes_.fail(file_->end, "the file ends before </" + root_name_.substr(0, 80) + ">: it is cut off", "download it again");
    else
      gaps.push_back({tail, tail + close});
  }
  for (const auto& [from, to] : gaps) {
    XmlCursor xml(from, to);
    for (XmlEvent event = xml.next(); event != XmlEvent::done; event = xml.next()) {
      if (event == XmlEvent::start && xml.tag().local() == "boundedBy" && file_->crs == nullptr) find_envelope(xml);
      else if (event == XmlEvent::error) {
        file_notes_.fail(xml.error_at(), "the XML is broken between two objects: " + xml.error());
        break;
      }
    }
  }
}

void CityReader::tell(Notes& notes) {
  auto& kept = file_notes_.kept;
  for (auto& note : notes.kept) kept.push_back(std::move(note));
  file_notes_.warnings_dropped += notes.warnings_dropped;
  file_notes_.errors_dropped += notes.errors_dropped;
  file_notes_.flat_polygons += notes.flat_polygons;
  file_notes_.unknown_entities += notes.unknown_entities;
  file_notes_.bad_utf8 += notes.bad_utf8;
  notes = {};
}

// Objects whose surfaces stand in other objects: those are found by their ids, and the objects' meshes made then.
void CityReader::read_deferred(std::vector<Chunk>& chunks, const std::vector<std::uint32_t>& firsts) {
  std::unordered_set<std::string_view> wanted;
  struct Late { const char* at; std::uint32_t feature; };
  std::vector<Late> late;
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    wanted.insert(chunks[c].wanted.begin(), chunks[c].wanted.end());
    for (const Deferred& d : chunks[c].deferred) late.push_back({d.at, firsts[c] + d.feature});
  }
  if (late.empty()) return;
  ExternalGeometry external;
  Notes notes;
  for (int round = 0; round < 16 && !wanted.empty(); ++round) {  // what is found may refer to more
    std::unordered_set<std::string_view> more;
    for (const auto& [id, at] : find_ids(file_->begin, file_->end, wanted, jobs_)) {
      XmlCursor xml(at, file_->end);
      if (xml.next() != XmlEvent::start || !is_geometry(xml.tag().local())) continue;
      GeometryParser parser(crs_table_, notes);
      Geometry geometry;
      if (!parser.parse(xml, {file_->crs, file_->dimension}, geometry)) continue;
      for (const Reference& r : geometry.references) more.insert(r.target);
      external.emplace(id, std::move(geometry));
    }
    wanted.clear();
    for (const auto id : more)
      if (!external.contains(id)) wanted.insert(id);
  }
  constexpr std::size_t group = 64;
  std::vector<Chunk> parts((late.size() + group - 1) / group);
  std::vector<geo::Extent> extents(late.size());
  jobs_.parallel_for(parts.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t p = from; p < to; ++p) {
      MemberParser parser(*file_);
      for (std::size_t i = p * group; i < std::min(late.size(), (p + 1) * group); ++i) {
        if (cancel_.cancelled()) break;
        XmlCursor xml(late[i].at, file_->end);
        parser.parse_deferred(xml, late[i].feature, external, extents[i]);
      }
      collect(parts[p], parser);
    }
  });
  for (std::size_t i = 0; i < late.size(); ++i) {
    if (extents[i].empty()) continue;
    model_.features.set_extent(late[i].feature, extents[i]);
    model_.extent.add(extents[i]);
  }
  for (Chunk& part : parts) {
    model_.triangles += part.triangles;
    std::erase_if(part.notes.kept, [](const Note& n) { return n.code != ErrorCode::not_found && n.code != ErrorCode::out_of_budget && n.message.find("itself") == std::string::npos; });
    tell(part.notes);
    merger_.add(std::move(part.parts), 0);
  }
}

Status CityReader::read(Text text, const std::string& name, const std::filesystem::path& dir) {
  name_ = name;
  file_notes_ = {};
  const std::uint64_t size = text.view().size();
  model_.bytes += size;
  if (size == 0) return error(ErrorCode::malformed, "is empty", {}, "download it again");
  std::size_t skip = 0;
  std::string warning;
  const auto encoding = source_encoding(text.view(), skip, warning);
  if (!warning.empty()) model_.diagnostics.warn(error(ErrorCode::unsupported, warning));
  if (!encoding.empty()) {
    std::string converted = to_utf8(text.view().substr(skip), encoding.c_str());
    text = {};
    text.take(std::move(converted));
    skip = 0;
  }
  file_ = std::make_unique<FileContext>();
  file_->begin = text.begin + skip;
  file_->end = text.end;
  file_->dir = dir;
  file_->crs_table = &crs_table_;
  file_->code_lists = &code_lists_;
  file_->textures = &textures_;
  file_->grid = &grid_;
  file_->meshes = options_.meshes;

  XmlCursor xml(file_->begin, file_->end);
  if (auto status = read_prolog(xml); !status) return status;
  if (std::string_view(file_->begin, static_cast<std::size_t>(xml.tag().at - file_->begin)).find("<!DOCTYPE") != std::string_view::npos)
    model_.diagnostics.warn(error(ErrorCode::unsupported, "has a DOCTYPE, which CityGML does not need: its entities are not expanded"));
  starts_ = find_members(file_->begin, file_->end, jobs_);
  std::erase_if(starts_, [&](const MemberStart& s) { return s.at <= xml.tag().at; });
  const char* const header_end = starts_.empty() ? file_->end : starts_.front().at;
  const char* const after_root = xml.tag().empty ? nullptr : xml.position();
  read_header(xml, header_end);
  if (file_->crs == nullptr) guess_crs();
  if (file_->crs != nullptr && file_->crs->error && file_->crs->error->code == ErrorCode::mismatch) {
    Error refused = *file_->crs->error;
    refused.file = name_;
    return refused;
  }
  read_appearances();
  parse_all();
  if (cancel_.cancelled()) return error(ErrorCode::cancelled, "reading was cancelled");

  // in the order of the file; a chunk that begins inside the last member of the one before is read again
  std::vector<std::uint32_t> firsts;
  std::vector<std::pair<const char*, const char*>> gaps;
  const char* parsed_to = nullptr;
  bool no_crs = false;
  std::vector<const CrsEntry*> failed;
  const std::uint32_t features_before = model_.features.size();
  if (after_root != nullptr && !chunks_.empty()) gaps.push_back({after_root, starts_.front().at});
  for (Chunk& chunk : chunks_) {
    if (parsed_to != nullptr && starts_[chunk.first].at < parsed_to) {
      const auto [first, last] = std::pair(chunk.first, chunk.last);
      chunk = {};
      chunk.first = first;
      chunk.last = last;
      parse(chunk, parsed_to);
    } else if (parsed_to != nullptr && !is_blank(parsed_to, starts_[chunk.first].at)) {
      gaps.push_back({parsed_to, starts_[chunk.first].at});
    }
    parsed_to = chunk.parsed_to != nullptr || chunk.notes.kept.empty() ? std::max(parsed_to, chunk.parsed_to) : nullptr;
    gaps.insert(gaps.end(), chunk.gaps.begin(), chunk.gaps.end());
    const std::uint32_t first = model_.features.append(std::move(chunk.features));
    firsts.push_back(first);
    merger_.add(std::move(chunk.parts), first);
    model_.triangles += chunk.triangles;
    model_.extent.add(chunk.extent);
    lod_mask_ |= chunk.lod_mask;
    tell(chunk.notes);
    no_crs = no_crs || chunk.met_no_crs;
    for (const CrsEntry* entry : chunk.failed_crs)
      if (std::find(failed.begin(), failed.end(), entry) == failed.end()) failed.push_back(entry);
  }
  check_gaps(std::move(gaps), chunks_.empty() ? after_root : parsed_to);
  read_deferred(chunks_, firsts);
  merger_.flush(jobs_);
  chunks_.clear();

  // the CRS, and what could not be placed
  const std::uint32_t count = model_.features.size() - features_before;
  if (file_->crs != nullptr && !file_->crs->error) {
    if (!model_.crs.is_valid()) {
      model_.crs = file_->crs->crs;
      model_.vertical = file_->crs->vertical;
    } else if (model_.crs.id() != file_->crs->crs.id()) {
      model_.diagnostics.warn(error(ErrorCode::mismatch, "is in " + file_->crs->crs.id() + ", other files of this folder in " + model_.crs.id()));
    }
  }
  if (no_crs)
    file_notes_.fail(nullptr, "no coordinate reference system is named (srsName): its " + std::to_string(count) + " objects are counted but cannot be placed",
                     "give the gml:Envelope a srsName, for example srsName=\"EPSG:6697\"");
  for (const CrsEntry* entry : failed)
    file_notes_.fail(nullptr, "coordinates in \"" + entry->srs_name.substr(0, 200) + "\" cannot be placed: " + entry->error->message,
                     entry->error->remedy.empty() ? "name a coordinate reference system that PROJ knows" : entry->error->remedy, entry->error->code);

  auto& kept = file_notes_.kept;
  std::stable_sort(kept.begin(), kept.end(), [](const Note& a, const Note& b) { return a.at < b.at; });
  LineCounter lines(file_->begin);
  for (Note& note : kept) {
    std::string place = note.at == nullptr ? std::string() : "line " + std::to_string(lines.line_of(std::min(note.at, file_->end)));
    Error e = error(note.code, std::move(note.message), std::move(place), std::move(note.remedy));
    if (note.is_error) model_.diagnostics.fail(std::move(e));
    else model_.diagnostics.warn(std::move(e));
  }
  model_.diagnostics.warnings_dropped += file_notes_.warnings_dropped;
  model_.diagnostics.errors_dropped += file_notes_.errors_dropped;
  if (file_notes_.flat_polygons > 0)
    model_.diagnostics.warn(error(ErrorCode::malformed, std::to_string(file_notes_.flat_polygons) + " polygons have no area and are not drawn"));
  if (file_notes_.unknown_entities > 0)
    model_.diagnostics.warn(error(ErrorCode::malformed, std::to_string(file_notes_.unknown_entities) + " texts hold entities that XML does not define; they stay as they are"));
  if (file_notes_.bad_utf8 > 0)
    model_.diagnostics.warn(error(ErrorCode::malformed, std::to_string(file_notes_.bad_utf8) + " texts are not in the file's encoding; their unreadable characters are marked",
                                  {}, "declare the encoding in the XML declaration"));
  const bool broken = std::any_of(kept.begin(), kept.end(), [](const Note& n) { return n.is_error; });
  if (count == 0 && !broken) model_.diagnostics.warn(error(ErrorCode::malformed, "holds no city objects"));
  file_.reset();
  return {};
}

CityModel CityReader::finish(std::string name) {
  model_.name = std::move(name);
  for (int lod = 0; lod <= 4; ++lod)
    if (lod_mask_ >> lod & 1) model_.lods.push_back(lod);
  model_.batches = merger_.take();
  // textures in the order of their first use
  std::map<std::int32_t, std::int32_t> indices;
  for (MeshBatch& batch : model_.batches) {
    if (batch.texture < 0) continue;
    const auto [at, added] = indices.try_emplace(batch.texture, static_cast<std::int32_t>(model_.textures.size()));
    if (added) model_.textures.push_back({textures_[batch.texture].path, textures_[batch.texture].repeat});
    batch.texture = at->second;
  }
  for (const auto* item : textures_.missing())
    model_.diagnostics.warn({ErrorCode::not_found, "picture \"" + item->uri + "\" is not used (" + item->missing + "); its surfaces keep their colour",
                             item->dir, "", "put the picture where the file refers to it"});
  code_lists_.report(model_.diagnostics);
  return std::move(model_);
}

}  // namespace

Result<CityModel> read_city(const std::filesystem::path& path, const CityOptions& options, JobSystem& jobs, Progress& progress,
                            CancelToken cancel) {
  namespace fs = std::filesystem;
  std::error_code ec;
  std::vector<fs::path> files;
  fs::path root;
  const bool folder = fs::is_directory(path, ec);
  if (folder) {
    root = path;
    const fs::path udx = path / "udx";
    const fs::path top = fs::is_directory(udx, ec) ? udx : path;
    fs::recursive_directory_iterator it(top, fs::directory_options::skip_permission_denied, ec), end;
    for (; !ec && it != end; it.increment(ec)) {
      std::string extension = it->path().extension().string();
      std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      std::error_code ignored;
      if ((extension == ".gml" || extension == ".citygml") && it->is_regular_file(ignored)) files.push_back(it->path());
    }
    std::sort(files.begin(), files.end());
    if (files.empty())
      return Error{ErrorCode::not_found, "holds no .gml file", path.string(), "", "expected CityGML files, or a PLATEAU package with udx/"};
    // a folder inside a package still finds the package's code lists
    if (const fs::path package = package_root(files.front()); fs::is_directory(package / "udx", ec)) root = package;
  } else {
    files.push_back(path);
    root = package_root(path);
  }
  std::uint64_t total = 0;
  for (const auto& f : files) total += file_stamp(f).size;
  progress.total = total;

  CityReader reader(options, jobs, progress, cancel, root);
  std::optional<Error> first_error;
  std::vector<Error> errors;
  std::size_t good = 0;
  for (const auto& f : files) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was cancelled", path.string(), "", ""};
    if (auto status = reader.read_file(f); status) {
      ++good;
    } else {
      if (status.error().code == ErrorCode::cancelled) return status.error();
      errors.push_back(status.error());
      if (errors.back().file.empty()) errors.back().file = f.string();
    }
  }
  if (good == 0) return errors.front();
  fs::path shown = path;
  if (!shown.has_filename()) shown = shown.parent_path();
  CityModel model = reader.finish(shown.filename().string());
  for (auto& e : errors) model.diagnostics.fail(std::move(e));
  if (model.features.size() == 0 && !model.diagnostics.errors.empty()) return model.diagnostics.errors.front();
  progress.done = total;
  return model;
}

Result<CityModel> read_city_memory(std::string text, const std::string& name, const std::filesystem::path& dir, const CityOptions& options,
                                   JobSystem& jobs) {
  Progress progress;
  CityReader reader(options, jobs, progress, {}, dir.empty() ? std::filesystem::path() : package_root(dir / "file"));
  Text padded;
  padded.take(std::move(text));
  if (auto status = reader.read(std::move(padded), name, dir); !status) return status.error();
  CityModel model = reader.finish(name);
  if (model.features.size() == 0 && !model.diagnostics.errors.empty()) return model.diagnostics.errors.front();
  return model;
}

}  // namespace tenbo::io
