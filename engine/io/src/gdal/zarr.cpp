#include "gdal/zarr.h"

#include <cpl_json.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>

namespace tenbo::io::gdal {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t most_metadata = std::uintmax_t{16} << 20;  // bytes of one file
constexpr std::size_t most_arrays = 2000;
constexpr double most_chunk = 1 << 30;  // bytes
constexpr int most_depth = 4;           // of groups

struct TemporaryFolder {
  fs::path path;
  TemporaryFolder() {
    std::random_device random;
    std::error_code ec;
    for (int i = 0; i < 20 && path.empty(); ++i) {
      const auto here = fs::temp_directory_path(ec) / ("tenbo-zarr-" + std::to_string(random()) + std::to_string(random()));
      if (!ec && fs::create_directory(here, ec)) path = here, fs::permissions(here, fs::perms::owner_all, ec);
    }
  }
  ~TemporaryFolder() {
    std::error_code ec;
    if (!path.empty()) fs::remove_all(path, ec);  // of links the link alone
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

Result<CPLJSONObject> read_json(const fs::path& file) {
  std::error_code ec;
  Messages messages;
  if (fs::file_size(file, ec) > most_metadata || ec) return error_of(ErrorCode::malformed, "is no metadata that can be read", file);
  CPLJSONDocument document;
  if (!document.Load(file.string()) || document.GetRoot().GetType() != CPLJSONObject::Type::Object)
    return gdal_error(messages, ErrorCode::malformed, "is not JSON as Zarr has it", file);
  return document.GetRoot();
}

Status check_chunk(const CPLJSONArray& chunk, double bytes, const fs::path& file) {
  for (int i = 0; i < chunk.Size(); ++i) {
    const double n = chunk[i].ToDouble();
    if (!(n >= 1)) return error_of(ErrorCode::malformed, "a chunk without cells", file, "chunks");
    bytes *= n;
  }
  if (bytes > most_chunk) return error_of(ErrorCode::out_of_budget, "chunks of more than 1 GiB", file, "chunks", "rechunk the store");
  return {};
}

// Version 2 is read as it is; but what its chunks claim is looked at first.
Status check_v2(const fs::path& at, int depth, std::size_t& arrays) {
  std::error_code ec;
  if (fs::exists(at / ".zarray", ec)) {
    if (++arrays > most_arrays) return error_of(ErrorCode::out_of_budget, "more than 2000 arrays", at);
    auto meta = read_json(at / ".zarray");
    if (!meta) return meta.error();
    return check_chunk(meta->GetArray("chunks"), 8, at / ".zarray");
  }
  if (depth > most_depth) return {};
  for (fs::directory_iterator it(at, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code type;
    if (it->is_symlink(type) || !it->is_directory(type)) continue;
    if (auto s = check_v2(it->path(), depth + 1, arrays); !s) return s;
  }
  return {};
}

// Of version 3 the same in version 2.
class Translation {
 public:
  explicit Translation(fs::path store) : store_(std::move(store)) {}
  Status node(const fs::path& from, const fs::path& to, int depth) {
    auto meta = read_json(from / "zarr.json");
    if (!meta) return meta.error();
    if (meta->GetInteger("zarr_format") != 3) return error_of(ErrorCode::unsupported, "is not of version 3 of Zarr", from / "zarr.json", "zarr_format");
    const auto kind = meta->GetString("node_type");
    const auto attributes = meta->GetObj("attributes");
    if (kind == "array") return array(*meta, attributes, from, to);
    if (kind != "group") return error_of(ErrorCode::malformed, "is neither an array nor a group", from / "zarr.json", "node_type");
    CPLJSONObject group;
    group.Add("zarr_format", 2);
    if (auto s = write(group, to / ".zgroup"); !s) return s;
    if (attributes.IsValid())
      if (auto s = write(attributes, to / ".zattrs"); !s) return s;
    std::error_code ec;
    for (fs::directory_iterator it(from, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end && depth < most_depth; it.increment(ec)) {
      std::error_code type;
      if (it->is_symlink(type) || !it->is_directory(type) || !fs::is_regular_file(it->path() / "zarr.json", type)) continue;
      const auto child = to / it->path().filename();
      fs::create_directory(child, type);
      if (auto s = node(it->path(), child, depth + 1); !s) return s;
    }
    return {};
  }

 private:
  static Status write(const CPLJSONObject& what, const fs::path& file) {
    std::ofstream out(file, std::ios::binary);
    out << what.Format(CPLJSONObject::PrettyFormat::Plain);
    out.flush();
    if (!out) return error_of(ErrorCode::io, "cannot be written", file, "", "is there room for temporary files?");
    return {};
  }
  static std::optional<std::pair<std::string, int>> type_of(const std::string& v3) {  // and its bytes
    for (const auto& [name, v2, bytes] : {std::tuple{"bool", "b1", 1}, {"int8", "i1", 1}, {"uint8", "u1", 1}, {"int16", "i2", 2}, {"uint16", "u2", 2}, {"int32", "i4", 4}, {"uint32", "u4", 4},
                                          {"int64", "i8", 8}, {"uint64", "u8", 8}, {"float16", "f2", 2}, {"float32", "f4", 4}, {"float64", "f8", 8}})
      if (v3 == name) return std::pair(std::string(v2), bytes);
    return std::nullopt;
  }

  Status array(const CPLJSONObject& meta, const CPLJSONObject& attributes, const fs::path& from, const fs::path& to) {
    const auto file = from / "zarr.json";
    if (++arrays_ > most_arrays) return error_of(ErrorCode::out_of_budget, "more than 2000 arrays", store_);
    const auto cannot = [&](const std::string& what, const char* place) {
      return error_of(ErrorCode::unsupported, what + " cannot be read", file, place, "write the store without it, or as version 2");
    };
    const auto type = type_of(meta.GetString("data_type"));
    if (!type) {  // texts and the like: an array less, the rest is read
      std::error_code ec;
      fs::remove(to, ec);
      return {};
    }
    if (meta.GetString("chunk_grid/name") != "regular") return cannot("a chunk grid that is not regular", "chunk_grid");
    if (const auto s = meta.GetArray("storage_transformers"); s.IsValid() && s.Size() > 0) return cannot("a storage transformer", "storage_transformers");
    CPLJSONObject out, compressor;
    std::string order = "<";
    bool packed = false;
    const auto codecs = meta.GetArray("codecs");
    for (int i = 0; i < codecs.Size(); ++i) {
      const auto name = codecs[i].GetString("name");
      if (name == "bytes" && !packed) {
        order = codecs[i].GetString("configuration/endian", "little") == "big" ? ">" : "<";
      } else if ((name == "gzip" || name == "zstd" || name == "blosc" || name == "numcodecs.zlib") && !packed) {
        packed = true;
        compressor.Add("id", name == "numcodecs.zlib" ? std::string("zlib") : name);
        if (name == "blosc") {
          const auto shuffle = codecs[i].GetString("configuration/shuffle", "noshuffle");
          compressor.Add("cname", codecs[i].GetString("configuration/cname", "lz4"));
          compressor.Add("clevel", codecs[i].GetInteger("configuration/clevel", 5));
          compressor.Add("shuffle", shuffle == "shuffle" ? 1 : shuffle == "bitshuffle" ? 2 : 0);
          compressor.Add("blocksize", 0);
        } else {
          compressor.Add("level", codecs[i].GetInteger("configuration/level", 1));
        }
      } else {
        return cannot("the codec \"" + to_shown(name) + "\"", "codecs");
      }
    }
    const auto chunks = meta.GetArray("chunk_grid/configuration/chunk_shape"), shape = meta.GetArray("shape");
    if (!shape.IsValid() || chunks.Size() != shape.Size()) return error_of(ErrorCode::malformed, "its shape and that of its chunks do not fit", file, "shape");
    if (auto s = check_chunk(chunks, type->second, file); !s) return s;
    out.Add("zarr_format", 2);
    out.Add("shape", shape);
    out.Add("chunks", chunks);
    out.Add("dtype", (type->second == 1 ? "|" : order) + type->first);
    out.Add("order", "C");
    if (packed) out.Add("compressor", compressor);
    else out.AddNull("compressor");
    out.AddNull("filters");
    // In version 3 a fill value is only what chunks that nobody wrote hold, and always there: 0 by itself is a depth of 0, not a missing one.
    const auto fill = meta.GetObj("fill_value");
    const bool missing = attributes.IsValid() && attributes.GetObj("_FillValue").IsValid();
    if (fill.IsValid() && fill.GetType() != CPLJSONObject::Type::Null && (missing || fill.GetType() == CPLJSONObject::Type::String || fill.ToDouble() != 0)) out.Add("fill_value", fill);
    else out.AddNull("fill_value");
    const bool v2_keys = meta.GetString("chunk_key_encoding/name") == "v2";
    const auto separator = meta.GetString("chunk_key_encoding/configuration/separator", v2_keys ? "." : "/");
    if (separator != "/" && separator != ".") return error_of(ErrorCode::malformed, "the separator of chunk keys is neither / nor .", file, "chunk_key_encoding");
    out.Add("dimension_separator", separator);
    if (auto s = write(out, to / ".zarray"); !s) return s;

    CPLJSONObject all = attributes.IsValid() ? attributes : CPLJSONObject();
    CPLJSONArray names;
    const auto said = meta.GetArray("dimension_names");
    for (int i = 0; i < shape.Size(); ++i) {
      const auto name = said.IsValid() && i < said.Size() ? said[i].ToString() : std::string();
      names.Add(name.empty() ? "dim_" + std::to_string(i) : name);
    }
    all.Add("_ARRAY_DIMENSIONS", names);
    if (auto s = write(all, to / ".zattrs"); !s) return s;
    return link_chunks(from, to, v2_keys, separator, shape.Size());
  }

  // The first part of each key is what is linked: "c/3/0/0" as "3", "c.3.0.0" as "3.0.0".
  static Status link_chunks(const fs::path& from, const fs::path& to, bool v2_keys, const std::string& separator, int dimensions) {
    std::error_code ec;
    const auto link = [&](const fs::path& chunk, const std::string& as) {
      std::error_code type;
      if (fs::is_symlink(chunk, type)) return;  // it may lead anywhere
      if (fs::is_directory(chunk, type)) fs::create_directory_symlink(fs::absolute(chunk, type), to / as, type);
      else fs::create_symlink(fs::absolute(chunk, type), to / as, type);
      if (type) ec = type;
    };
    if (dimensions == 0) {
      std::error_code type;
      if (const auto one = from / (v2_keys ? "0" : "c"); fs::exists(one, type)) link(one, "0");
    } else {
      const bool in_c = !v2_keys && separator == "/";
      const auto where = in_c ? from / "c" : from;
      std::error_code walk;
      for (fs::directory_iterator it(where, fs::directory_options::skip_permission_denied, walk), end; !walk && it != end; it.increment(walk)) {
        auto name = it->path().filename().string();
        if (!v2_keys && !in_c) {
          if (!name.starts_with("c.")) continue;
          name.erase(0, 2);
        }
        if (!name.empty() && name.find_first_not_of("0123456789.") == std::string::npos && name[0] != '.') link(it->path(), name);
      }
    }
    if (ec) return error_of(ErrorCode::io, "its chunks cannot be linked: " + ec.message(), from, "", "is there room for temporary files?");
    return {};
  }
  static std::string to_shown(const std::string& s) { return s.size() > 60 ? s.substr(0, 60) + "..." : s; }

  fs::path store_;
  std::size_t arrays_ = 0;
};

}  // namespace

Result<DatasetPtr> open_zarr(const fs::path& path, std::shared_ptr<const void>& keep) {
  set_up();
  std::error_code ec;
  if (!fs::is_regular_file(path / "zarr.json", ec)) {
    std::size_t arrays = 0;
    if (auto s = check_v2(path, 0, arrays); !s) return s.error();
    return open_zarr_v2(path, path);
  }
  const auto view = std::make_shared<TemporaryFolder>();
  if (view->path.empty()) return error_of(ErrorCode::io, "there is no folder for temporary files", path, "", "set TMPDIR");
  const auto root = view->path / "store";
  fs::create_directory(root, ec);
  if (auto s = Translation(path).node(path, root, 0); !s) return s.error();
  keep = view;
  return open_zarr_v2(path, root);
}

}  // namespace tenbo::io::gdal
