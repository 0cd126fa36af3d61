#include "points/read_las.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "points/las.h"
#include "points/laz_format.h"
#include "points/tiles.h"
#include "tenbo/base/file.h"
#include "tenbo/base/process.h"
#include "tenbo/base/url.h"

namespace tenbo::io::points {
namespace {

// A point while a file is read: 12 + 2 + 6 + 1 bytes here, then what tiles take.
struct Columns {
  std::vector<std::array<std::int32_t, 3>> at;
  std::vector<std::uint16_t> intensity;
  std::vector<std::array<std::uint16_t, 3>> colour;
  std::vector<std::uint8_t> point_class;
};
constexpr std::uint64_t bytes_a_point = 12 + 2 + 6 + 1 + sort_bytes + 8 + 4 + 4;

geo::VerticalKind vertical_of(const geo::Crs& crs, const PointOptions& o) {
  return o.vertical != geo::VerticalKind::unknown ? o.vertical : crs.vertical();
}

// Every `stride`-th point of the file.
Status read_columns(const std::filesystem::path& path, const LasHeader& h, std::uint64_t stride, Columns& out, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  const auto count = static_cast<std::size_t>((h.points + stride - 1) / stride);
  out.at.resize(count);
  out.intensity.resize(count);
  out.point_class.resize(count);
  if (h.has_colour()) out.colour.resize(count);
  const std::uint64_t piece = std::max<std::uint64_t>(1, (32u << 20) / h.record_bytes);
  std::vector<char> bytes(static_cast<std::size_t>(piece * h.record_bytes));
  progress.total = h.points;
  for (std::uint64_t from = 0; from < h.points; from += piece) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was stopped", "", "", ""};
    const std::uint64_t n = std::min(piece, h.points - from);
    const auto got = read_file_part(path, h.first_point + from * h.record_bytes, std::span(bytes).first(static_cast<std::size_t>(n * h.record_bytes)));
    if (!got) return got.error();
    if (*got < n * h.record_bytes) return Error{ErrorCode::io, "became shorter while it was read", shown(path), "", "open it again"};
    const auto all = std::as_bytes(std::span(bytes));
    const std::uint64_t first = (from + stride - 1) / stride, last = (from + n + stride - 1) / stride;
    jobs.parallel_for(static_cast<std::size_t>(last - first), 50'000, [&](std::size_t a, std::size_t b) {
      for (std::size_t k = a; k < b; ++k) {
        const std::size_t i = static_cast<std::size_t>(first) + k;
        const auto p = parse_las_point(h, all.subspan(static_cast<std::size_t>((i * stride - from) * h.record_bytes), h.record_bytes));
        out.at[i] = p.at;
        out.intensity[i] = p.intensity;
        out.point_class[i] = p.point_class;
        if (!out.colour.empty()) out.colour[i] = p.colour;
      }
    });
    progress.done += n;
  }
  return {};
}

// Of LAZ, from a process of its own.
Status unpack_columns(const std::filesystem::path& path, const LasHeader& h, std::uint64_t stride, Columns& out, Diagnostics& diagnostics, const PointOptions& options, Progress& progress, CancelToken cancel) {
  constexpr const char* remedy = "unpack it: laszip -i FILE.laz -o FILE.las, or pdal translate FILE.laz FILE.las";
  const auto worker = options.laz_worker.empty() ? executable_dir() / "tenbo_laz_worker" : options.laz_worker;
  if (!file_stamp(worker).exists) return Error{ErrorCode::unsupported, "is packed as LAZ, and what unpacks it is not there: " + shown(worker), shown(path), "byte 104", remedy};
  std::uint64_t row = 0;
  std::string rest;
  progress.total = h.points;
  const auto take = [&](const char* r) {
    if (row++ % stride) return;
    std::array<std::int32_t, 3> at;
    std::array<std::uint16_t, 3> colour;
    std::uint16_t intensity = 0;
    std::memcpy(at.data(), r, 12);
    std::memcpy(&intensity, r + 12, 2);
    std::memcpy(colour.data(), r + 15, 6);
    out.at.push_back(at);
    out.intensity.push_back(intensity);
    out.point_class.push_back(static_cast<std::uint8_t>(r[14]));
    if (h.has_colour()) out.colour.push_back(colour);
  };
  ChildOptions child;
  child.time_limit = std::chrono::seconds(60) + std::chrono::milliseconds(h.points / 200);
  child.memory_limit_bytes = options.worker_memory;
  child.output_limit_bytes = UINT64_MAX;
  child.cancel = cancel;
  child.on_output = [&](std::string_view bytes) {
    rest += bytes;
    std::size_t from = 0;
    for (; from + laz_point_bytes <= rest.size(); from += laz_point_bytes) take(rest.data() + from);
    rest.erase(0, from);
    progress.done = row;
  };
  const auto ran = run_child(worker, {path.string(), std::to_string(h.points)}, child);
  if (!ran) return ran.error();
  if (ran->cancelled) return Error{ErrorCode::cancelled, "reading was stopped", "", "", ""};
  if (ran->exit_code == laz_not_built) return Error{ErrorCode::unsupported, "is packed as LAZ, and this build has no LASzip", shown(path), "byte 104", std::string(remedy) + "; or run tools/fetch-laszip and build again"};
  std::string why = ran->timed_out ? "it took too long" : ran->signal ? "the unpacker crashed" : ran->error_tail;
  while (!why.empty() && why.back() == '\n') why.pop_back();
  if (row == 0) return Error{ErrorCode::malformed, "cannot be unpacked: " + why, shown(path), "", remedy};
  if (row < h.points) diagnostics.fail({ErrorCode::malformed, "it says that it has " + std::to_string(h.points) + " points, and can be unpacked up to " + std::to_string(row) + ": " + why, shown(path), "", "was it copied to its end?"});
  return {};
}

}  // namespace

Result<PointCloud> read_las(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  const std::uint64_t size = file_stamp(path).size;
  std::vector<char> head(las_header_bytes);
  auto got = read_file_part(path, 0, head);
  if (!got) return got.error();
  head.resize(*got);
  if (head.size() >= 100) {  // and the records that follow it
    std::uint32_t first = 0;
    std::copy_n(head.data() + 96, 4, reinterpret_cast<char*>(&first));
    head.resize(std::max<std::size_t>(head.size(), std::min<std::uint64_t>({first, size, las_most_header})));
    got = read_file_part(path, 0, head);
    if (!got) return got.error();
    head.resize(*got);
  }
  auto header = parse_las_header(std::as_bytes(std::span(head)), size, path);
  if (!header) return header.error();
  LasHeader& h = *header;
  if (h.points == 0) return Error{ErrorCode::malformed, "has no points", shown(path), "", ""};
  PointCloud out;
  out.diagnostics = std::move(h.diagnostics);
  out.source = h.software;
  out.in_file = h.points;
  out.has_height = out.has_intensity = out.has_class = true;
  out.has_colour = h.has_colour();
  std::string why;
  for (const auto& definition : h.crs) {
    auto crs = geo::Crs::parse(definition);
    if (!crs) { why = crs.error().message; continue; }
    out.crs = std::move(*crs);
    break;
  }
  if (!out.crs.is_valid() && !options.position)
    return Error{ErrorCode::unsupported, h.crs.empty() ? "names no coordinate reference system" : "PROJ does not know its coordinate reference system: " + why, shown(path), "",
                 "write it into the file (pdal translate --writers.las.a_srs=EPSG:6677 ...), or say \"position\" for a cloud in metres of its own"};
  out.vertical = vertical_of(out.crs, options);
  if (auto s = options.heights.accepts(out.vertical); !s) return s.error();

  const std::uint64_t most = std::max<std::uint64_t>(1, std::min({options.most_points, options.memory / bytes_a_point, std::uint64_t{UINT32_MAX} / 4}));
  const std::uint64_t stride = (h.points + most - 1) / most;
  if (stride > 1)
    out.diagnostics.warn({ErrorCode::out_of_budget, "of its " + std::to_string(h.points) + " points every " + std::to_string(stride) + "th is shown: there is memory for " + std::to_string(most), shown(path), "",
                          "give more with --ram"});
  Columns columns;
  if (auto s = h.compressed ? unpack_columns(path, h, stride, columns, out.diagnostics, options, progress, cancel) : read_columns(path, h, stride, columns, jobs, progress, cancel); !s) return s.error();

  const double unit = out.crs.is_valid() && out.crs.is_geographic() ? 111'195 : 1;  // m: enough to tell which are neighbours
  const double z_unit = out.vertical != geo::VerticalKind::unknown && out.crs.vertical() != geo::VerticalKind::unknown ? 1
                        : h.vertical_unit > 0                                                                            ? h.vertical_unit
                        : out.crs.is_valid() && !out.crs.is_geographic()                                                 ? out.crs.linear_unit()
                                                                                                                         : 1;
  if (z_unit != 1 && h.vertical_unit == 0)
    out.diagnostics.warn({ErrorCode::mismatch, "nothing says in what unit its heights are: they are taken to be in that of the map, " + std::to_string(z_unit) + " m", shown(path), "", ""});
  std::optional<geo::Transformer> transformer;
  if (out.crs.is_valid()) {
    auto t = geo::Transformer::to_geographic(out.crs, geo::AxisOrder::xy);
    if (!t) return t.error();
    if (t->is_ballpark()) out.diagnostics.warn({ErrorCode::mismatch, "PROJ knows no shift from its datum to WGS 84; places may be off by hundreds of metres", shown(path), "", ""});
    transformer = std::move(*t);
  }
  PointInput input;
  input.count = static_cast<std::uint32_t>(columns.at.size());
  const auto at = [&](std::uint32_t row) {
    const auto& p = columns.at[row];
    return glm::dvec3(p[0] * h.scale[0] + h.offset[0], p[1] * h.scale[1] + h.offset[1], p[2] * h.scale[2] + h.offset[2]);
  };
  input.rough = [&](std::uint32_t row) { return at(row) * glm::dvec3(unit, unit, 1); };
  input.placer = [&]() -> PointInput::Placer {
    if (!transformer)
      return [&, frame = geo::LocalFrame::at(*options.position)](std::span<const std::uint32_t> rows, std::span<geo::GeoPoint> places) {
        for (std::size_t i = 0; i < rows.size(); ++i) places[i] = frame.to_geo(at(rows[i]));
      };
    return [&, own = std::make_shared<geo::Transformer>(transformer->clone())](std::span<const std::uint32_t> rows, std::span<geo::GeoPoint> places) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto p = at(rows[i]);
        places[i] = {p.x, p.y, p.z};
      }
      own->transform(places.first(rows.size()));
      for (std::size_t i = 0; i < rows.size(); ++i) {
        places[i].height *= z_unit;
        if (out.vertical != geo::VerticalKind::unknown) places[i].height += options.heights.offset(out.vertical, places[i].lon, places[i].lat);
      }
    };
  };
  if (auto s = make_tiles(input, out, jobs, progress, cancel); !s) {
    Error e = s.error();
    if (e.file.empty()) e.file = shown(path);
    return e;
  }
  // Some programs write colours of 8 bits as they are.
  std::uint16_t brightest = 0;
  for (const auto& c : columns.colour) brightest = std::max({brightest, c[0], c[1], c[2]});
  if (brightest == 0) out.has_colour = false;
  const int shift = brightest > 255 ? 8 : 0;
  out.looks.resize(out.places.size());
  std::uint16_t loudest = 0;
  for (const auto& t : out.tiles)
    for (std::uint32_t i = t.first; i < t.first + t.count; ++i) {
      const auto row = out.rows[i];
      const auto c = out.has_colour ? columns.colour[row] : std::array<std::uint16_t, 3>{};
      const auto byte = [&](std::uint16_t v) { return static_cast<std::uint8_t>(v >> shift); };
      out.looks[i] = {byte(c[0]), byte(c[1]), byte(c[2]), columns.point_class[row]};
      out.places[i][3] = columns.intensity[row];
      loudest = std::max(loudest, columns.intensity[row]);
      ++out.classes[columns.point_class[row]];
      if (stride > 1) out.rows[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(row * stride, UINT32_MAX));
    }
  out.has_intensity = loudest > 0;
  return out;
}

}  // namespace tenbo::io::points
