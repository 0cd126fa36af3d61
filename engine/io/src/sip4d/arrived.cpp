// SIP4D-ZIP archives from the network: in memory, and asked for again.
#include <algorithm>

#include "http/fetch.h"
#include "sip4d/zip_bytes.h"
#include "tenbo/base/hash.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "tenbo/io/arrived.h"
#include "tenbo/io/jma.h"
#include "tenbo/io/sip4d.h"

namespace tenbo::io {
namespace {

constexpr std::string_view meta_name = "sip4d_zip_meta.json";
constexpr std::uint64_t largest_text = 4 << 20;  // bytes of a description or a legend

std::string_view text_of(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// The folder within the archive that its description lies in, with its "/": archives are often packed with the folder around them.
std::optional<std::string> root_of(const sip4d::ZipBytes& zip) {
  std::optional<std::string> out;
  for (const auto& m : zip.members())
    if (m.name.ends_with(meta_name) && (m.name.size() == meta_name.size() || m.name[m.name.size() - meta_name.size() - 1] == '/')) {
      auto root = m.name.substr(0, m.name.size() - meta_name.size());
      if (!out || root.size() < out->size()) out = std::move(root);
    }
  return out;
}

}  // namespace

Result<std::optional<Sip4d>> read_sip4d_bytes(std::span<const std::byte> bytes, const std::string& label) {
  if (!sip4d::begins_like_zip(bytes)) return std::optional<Sip4d>();
  auto zip = sip4d::ZipBytes::open(bytes, label);
  if (!zip) return zip.error();
  const auto root = root_of(*zip);
  if (!root) return std::optional<Sip4d>();
  const auto meta = zip->read(*zip->find(*root + std::string(meta_name)), largest_text);
  if (!meta) return meta.error();
  auto out = parse_sip4d(text_of(*meta), label);
  if (!out) return out.error();
  for (auto& e : out->entries) {
    const auto dot = e.file.rfind('.'), slash = e.file.rfind('/');
    const bool has_ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    const std::string style = *root + e.file.substr(0, has_ending ? dot : e.file.size()) + "_style.json";
    const auto* member = zip->find(style);
    if (!member) continue;
    if (const auto text = zip->read(*member, largest_text)) parse_sip4d_style(text_of(*text), label + ": " + to_valid_utf8(style), e, out->diagnostics);
    else out->diagnostics.warn(text.error());
  }
  return std::optional(std::move(*out));
}

Result<VectorData> read_sip4d_entry(std::span<const std::byte> bytes, const std::string& label, const Sip4dEntry& entry, const VectorOptions& options,
                                    Progress& progress, const CancelToken& cancel) {
  if (entry.type != "GeoJSON" && !lower_case(entry.file).ends_with(".geojson"))
    return Error{ErrorCode::unsupported, "of an archive that comes over a network GeoJSON is read, and this is \"" + entry.type.substr(0, 60) + "\"", label, entry.file, "save the archive, and open that"};
  auto zip = sip4d::ZipBytes::open(bytes, label);
  if (!zip) return zip.error();
  const auto root = root_of(*zip);
  const auto* member = zip->find(root.value_or("") + entry.file);
  if (!member) return Error{ErrorCode::not_found, "is named in the archive and is not in it", label, entry.file, "ask whoever made it"};
  const auto body = zip->read(*member, max_message_bytes);
  if (!body) return body.error();
  return read_vector_bytes(*body, label + ": " + stem_of(entry.file) + ".geojson", options, progress, cancel);
}

std::optional<Sip4dStamp> sip4d_stamp(std::span<const std::byte> bytes) {
  if (!sip4d::begins_like_zip(bytes)) return std::nullopt;
  const auto zip = sip4d::ZipBytes::open(bytes, "");
  const auto root = zip ? root_of(*zip) : std::nullopt;
  if (!root) return std::nullopt;
  const auto meta = zip->read(*zip->find(*root + std::string(meta_name)), largest_text);
  if (!meta) return std::nullopt;
  const auto sip = parse_sip4d(text_of(*meta), "");
  return sip ? std::optional(Sip4dStamp{sip->time}) : std::nullopt;
}

bool is_remote_zip(const std::filesystem::path& path) {
  if (!is_url(path)) return false;
  const auto url = parse_url(path.native());
  return url && lower_case(url->path).ends_with(".zip");
}

Result<RemoteSip4d> fetch_sip4d(const std::filesystem::path& path, const RemoteOptions& remote, const CancelToken& cancel) {
  const auto url = parse_url(path.native());
  if (!url) return url.error();
  const http::Fetcher fetcher(remote);
  auto body = fetcher.read(*url, max_sip4d_bytes, cancel);
  if (!body) return body.error();
  RemoteSip4d out;
  auto sip = read_sip4d_bytes(*body, url->label());
  if (!sip) return sip.error();
  if (!*sip) return Error{ErrorCode::unsupported, "is no SIP4D-ZIP: there is no sip4d_zip_meta.json in it", url->label(), "", "download other archives, and open those"};
  out.sip = std::move(**sip);
  out.digest = hash_bytes({reinterpret_cast<const char*>(body->data()), body->size()}) | 1;  // 0 stands for none
  auto notes = fetcher.notes();
  for (const auto* list : {&notes.errors, &notes.warnings})
    if (!list->empty()) out.offline = list->front().text();
  out.sip.diagnostics.merge(std::move(notes));
  out.bytes = std::move(*body);
  return out;
}

}  // namespace tenbo::io
