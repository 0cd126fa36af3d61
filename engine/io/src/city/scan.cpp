#include "scan.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string>
#include <unordered_map>

#include "xml.h"

namespace tenbo::io::city {
namespace {
constexpr std::size_t block_size = std::size_t{1} << 20;

const char* find(const char* p, const char* end, std::string_view needle) {
  if (static_cast<std::size_t>(end - p) < needle.size()) return end;
  const auto* at = static_cast<const char*>(::memmem(p, static_cast<std::size_t>(end - p), needle.data(), needle.size()));
  return at != nullptr ? at : end;
}

// '<' of the start tag whose local name begins at `name`; null where it is something else.
const char* tag_start(const char* begin, const char* name) {
  const char* p = name;
  if (p > begin && p[-1] == ':') {
    --p;
    const char* const prefix_end = p;
    while (p > begin && prefix_end - p < 64 && !is_space(p[-1]) && p[-1] != '<' && p[-1] != '/' && p[-1] != '>' && p[-1] != '"') --p;
    if (p == prefix_end) return nullptr;
  }
  return p > begin && p[-1] == '<' ? p - 1 : nullptr;
}

struct Block {
  std::vector<MemberStart> starts;
  std::vector<const char*> specials;  // "<!" and "<?"
};
}  // namespace

std::vector<MemberStart> find_members(const char* begin, const char* end, JobSystem& jobs) {
  const auto size = static_cast<std::size_t>(end - begin);
  std::vector<Block> blocks((size + block_size - 1) / block_size);
  jobs.parallel_for(blocks.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t b = from; b < to; ++b) {
      Block& block = blocks[b];
      const char* const first = begin + b * block_size;
      const char* const last = begin + std::min(size, (b + 1) * block_size);
      const char* const reach = std::min(end, last + 32);  // a name may run over the block's end
      constexpr std::string_view names[] = {"cityObjectMember", "featureMember", "appearanceMember"};
      for (const auto name : names)
        for (const char* p = find(first, reach, name); p < last; p = find(p + name.size(), reach, name)) {
          const char* after = p + name.size();
          if (name[0] == 'f' && after < end && *after == 's') ++after;
          if (after >= end || !(is_space(*after) || *after == '>' || *after == '/')) continue;
          if (const char* at = tag_start(begin, p)) block.starts.push_back({at, name[0] == 'a'});
        }
      std::sort(block.starts.begin(), block.starts.end(), [](const auto& a, const auto& b2) { return a.at < b2.at; });
      for (const char mark : {'!', '?'})
        for (const char* p = first; p < last;) {
          p = static_cast<const char*>(std::memchr(p, mark, static_cast<std::size_t>(last - p)));
          if (p == nullptr) break;
          if (p > begin && p[-1] == '<') block.specials.push_back(p - 1);
          ++p;
        }
      std::sort(block.specials.begin(), block.specials.end());
    }
  });

  std::vector<MemberStart> out;
  const char* hidden_until = begin;  // end of the last comment, CDATA section or instruction
  for (const Block& block : blocks) {
    std::size_t s = 0;
    const auto take = [&](const char* before) {
      for (; s < block.starts.size() && block.starts[s].at < before; ++s)
        if (block.starts[s].at >= hidden_until) out.push_back(block.starts[s]);
    };
    for (const char* special : block.specials) {
      take(special);
      if (special < hidden_until) continue;
      const std::string_view rest(special, static_cast<std::size_t>(end - special));
      std::string_view close;
      if (rest.starts_with("<!--")) close = "-->";
      else if (rest.starts_with("<![CDATA[")) close = "]]>";
      else if (rest.starts_with("<?")) close = "?>";
      else continue;
      const char* const at = find(special + 2 + (close == "-->" ? 2 : 0), end, close);
      hidden_until = std::min(end, at + close.size());
    }
    take(end);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

std::vector<std::pair<std::string_view, const char*>> find_ids(const char* begin, const char* end,
                                                               const std::unordered_set<std::string_view>& ids, JobSystem& jobs) {
  const auto size = static_cast<std::size_t>(end - begin);
  std::vector<std::vector<std::pair<std::string_view, const char*>>> found((size + block_size - 1) / block_size);
  jobs.parallel_for(found.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t b = from; b < to; ++b) {
      const char* const first = begin + b * block_size;
      const char* const last = begin + std::min(size, (b + 1) * block_size);
      const char* const reach = std::min(end, last + 8);
      for (const char* p = find(first, reach, "id="); p < last; p = find(p + 3, reach, "id=")) {
        if (p == begin || (p[-1] != ':' && !is_space(p[-1])) || p + 4 >= end || (p[3] != '"' && p[3] != '\'')) continue;
        const char* const value = p + 4;
        const auto* close = static_cast<const char*>(std::memchr(value, p[3], std::min<std::size_t>(static_cast<std::size_t>(end - value), 4096)));
        if (close == nullptr) continue;
        const std::string_view id(value, static_cast<std::size_t>(close - value));
        const auto wanted = ids.find(id);
        if (wanted == ids.end()) continue;
        const char* tag = p;
        while (tag > begin && *tag != '<' && *tag != '>') --tag;
        if (*tag == '<' && tag[1] != '!' && tag[1] != '?' && tag[1] != '/') found[b].push_back({*wanted, tag});
      }
    }
  });
  std::vector<std::pair<std::string_view, const char*>> out;
  std::unordered_set<std::string_view> seen;
  for (const auto& list : found)
    for (const auto& item : list)
      if (seen.insert(item.first).second) out.push_back(item);
  return out;
}

}  // namespace tenbo::io::city
