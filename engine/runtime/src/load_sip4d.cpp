// Layers of SIP4D-ZIP archives: from a file, an address, or what feeds have brought.
#include "load_kinds.h"

namespace tenbo::runtime {
namespace {

Error no_such_entry(const io::Sip4d& sip, const std::string& name, const std::string& label) {
  std::string names;
  for (const auto& e : sip.entries) names += (names.empty() ? "" : ", ") + e.file;
  return {ErrorCode::not_found, "the archive has no layer \"" + name + "\"", label, "sublayer", "there are: " + names};
}

void take_description(Loaded& out, io::Sip4d sip, const std::string& name, const std::string& label) {
  out.diagnostics.merge(std::move(sip.diagnostics));
  if (name.empty() && sip.entries.size() > 1)
    out.diagnostics.warn({ErrorCode::unsupported, "the archive has " + std::to_string(sip.entries.size()) + " layers, and the first is shown", label, "sublayer", "name one with \"sublayer\""});
  out.sip = std::move(sip);
}

// One layer of an archive in memory.
Loaded load_from_memory(const LoadContext& c, io::Sip4d sip, std::span<const std::byte> bytes, const std::string& label) {
  Loaded out;
  const auto* entry = sip.entry(c.spec.sublayer);
  if (!entry) {
    out.error = no_such_entry(sip, c.spec.sublayer, label);
    return out;
  }
  io::VectorOptions options;
  options.heights = c.heights;
  options.vertical = c.spec.vertical;
  options.exchange_axes = c.spec.exchange_axes.value_or(false);
  auto read = io::read_sip4d_entry(bytes, label, *entry, options, *c.progress, c.cancel);
  if (!read) {
    out.error = read.error();
    return out;
  }
  out.vectors = std::make_shared<io::VectorData>(std::move(*read));
  out.diagnostics.merge(std::move(out.vectors->diagnostics));
  out.sip_entry = entry->file;
  take_description(out, std::move(sip), c.spec.sublayer, label);
  return out;
}

}  // namespace

// The newest archive that feeds have brought; of none yet, an empty layer.
Loaded load_arrived_sip4d(const LoadContext& c) {
  Loaded out;
  if (!c.archive) {
    out.vectors = std::make_shared<io::VectorData>();
    if (auto wgs84 = geo::Crs::parse("EPSG:4326")) out.vectors->crs = std::move(*wgs84);
    return out;
  }
  auto sip = io::read_sip4d_bytes(*c.archive->body, c.archive->label);
  if (!sip) out.error = sip.error();
  else if (!*sip) out.error = Error{ErrorCode::unsupported, "is no SIP4D-ZIP: there is no archive with sip4d_zip_meta.json in it", c.archive->label, "", "a layer of other messages needs a plugin"};
  else out = load_from_memory(c, std::move(**sip), *c.archive->body, c.archive->label);
  return out;
}

Loaded load_remote_sip4d(const LoadContext& c) {
  Loaded out;
  auto got = io::fetch_sip4d(c.spec.paths.front(), remote_options(c), c.cancel);
  if (!got) {
    out.error = got.error();
    return out;
  }
  out = load_from_memory(c, std::move(got->sip), got->bytes, shown(c.spec.paths.front()));
  out.digest = got->digest;
  out.offline = std::move(got->offline);
  if (const auto* entry = out.entry()) out.stamped = entry->time;
  return out;
}

std::optional<Loaded> load_sip4d_file(const LoadContext& given, const std::function<Loaded(const LoadContext&)>& read) {
  const auto label = shown(given.spec.paths.front());
  Loaded out;
  auto sip = io::read_sip4d(given.spec.paths.front());
  if (!sip) {
    out.error = sip.error();
    return out;
  }
  if (!*sip) return std::nullopt;
  const auto* entry = (*sip)->entry(given.spec.sublayer);
  if (!entry) {
    out.error = no_such_entry(**sip, given.spec.sublayer, label);
    return out;
  }
  LoadContext c = given;
  c.spec.paths = {(*sip)->path(*entry)};
  c.spec.sublayer.clear();
  out = read(c);
  if (out.error) return out;
  out.sip_entry = entry->file;
  take_description(out, std::move(**sip), given.spec.sublayer, label);
  return out;
}

}  // namespace tenbo::runtime
