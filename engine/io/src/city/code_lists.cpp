#include "code_lists.h"

#include <tuple>

#include "encoding.h"
#include "tenbo/base/file.h"
#include "xml.h"

namespace tenbo::io::city {

CodeList parse_code_list(std::string text) {
  const std::size_t size = text.size();
  text.resize(size + text_padding);
  XmlCursor xml(text.data(), text.data() + size);
  CodeList out;
  std::string name, description, leaf;
  bool unknown = false;
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start:
        leaf.clear();
        if (xml.tag().local() == "Definition") {
          name.clear();
          description.clear();
        }
        break;
      case XmlEvent::text:
        leaf += xml.literal() ? std::string(xml.text()) : decode_entities(xml.text(), unknown);
        break;
      case XmlEvent::end: {
        const auto local = local_name(xml.end_name());
        if (local == "name") name = trim(leaf);
        else if (local == "description") description = trim(leaf);
        else if (local == "Definition" && !name.empty() && !description.empty()) out.words.emplace(name, description);
        leaf.clear();
        break;
      }
      case XmlEvent::done:
      case XmlEvent::error: return out;
    }
  }
}

// Where the file says; else in the package's own codelists folder, for files that were moved within it.
Result<std::filesystem::path> CodeLists::find(const std::filesystem::path& dir, std::string_view code_space) {
  auto path = folder_.resolve(dir, code_space);
  if (path && file_stamp(*path).exists) return path;
  if (code_space.find("://") == std::string_view::npos && code_space.find("codelists/") != std::string_view::npos) {
    const auto leaf = std::string("codelists/") + std::filesystem::path(code_space).filename().string();
    if (auto moved = folder_.resolve(folder_.root(), leaf); moved && file_stamp(*moved).exists) return moved;
  }
  return path;
}

const CodeList* CodeLists::get(const std::filesystem::path& dir, std::string_view code_space) {
  const std::lock_guard lock(mutex_);
  std::string reference = dir.string() + '\n' + std::string(code_space);
  if (const auto found = by_reference_.find(reference); found != by_reference_.end()) return found->second->list.get();
  Item item;
  item.dir = dir.string();
  item.written = code_space;
  std::string key(code_space);
  if (folder_.root().empty()) {
    item.reason = "there is no folder to look for it in";
  } else if (const auto path = find(dir, code_space); !path) {
    item.reason = "it " + path.error().message.substr(std::min(path.error().message.size(), code_space.size() + 3));
  } else {
    key = path->string();
    if (const auto found = items_.find(key); found != items_.end()) return refer(reference, found->second, item);
    if (auto text = read_text_file(*path, UINT64_C(64) << 20); !text) {
      item.reason = text.error().message;
    } else {
      std::string warning;
      auto list = parse_code_list(to_plain_utf8(std::move(*text), warning));
      if (list.words.empty()) item.reason = "it holds no gml:Definition with a name and a description";
      else item.list = std::make_unique<CodeList>(std::move(list));
    }
  }
  const auto at = items_.find(key);
  return refer(reference, at != items_.end() ? at->second : items_[key] = {std::move(item.list), item.reason, item.dir, item.written}, item);
}

// Whoever asks first, reports name the first in order.
const CodeList* CodeLists::refer(const std::string& reference, Item& kept, const Item& asked) {
  if (!asked.dir.empty() && std::tie(asked.dir, asked.written) < std::tie(kept.dir, kept.written)) {
    kept.dir = asked.dir;
    kept.written = asked.written;
  }
  by_reference_.emplace(reference, &kept);
  return kept.list.get();
}

void CodeLists::report(Diagnostics& diagnostics) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, item] : items_)
    if (!item.list && !folder_.root().empty())
      diagnostics.warn({ErrorCode::not_found, "code list \"" + item.written.substr(0, 200) + "\" is not read, its codes stay as they are: " + item.reason,
                        item.dir, "", "put the package's codelists folder where the file refers to it"});
}

}  // namespace tenbo::io::city
