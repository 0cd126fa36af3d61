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

// "...Member" or "...Members" at its 'M': a member's start tag, if it is one.
void take_member(const char* begin, const char* end, const char* m, std::vector<MemberStart>& out) {
  if (end - m < 7 || std::memcmp(m, "Member", 6) != 0) return;
  constexpr std::string_view names[] = {"cityObject", "feature", "appearance"};
  const auto before = static_cast<std::size_t>(m - begin);
  for (const std::string_view name : names) {
    if (before < name.size() || std::memcmp(m - name.size(), name.data(), name.size()) != 0) continue;
    const char* after = m + 6;
    if (name[0] == 'f' && *after == 's') ++after;
    if (after >= end || !(is_space(*after) || *after == '>' || *after == '/')) return;
    if (const char* at = tag_start(begin, m - name.size())) out.push_back({at, name[0] == 'a'});
    return;
  }
}

// One pass over [first, last): member tags and what may hide them.
void scan_block(const char* begin, const char* end, const char* first, const char* last, Block& block) {
  const auto look = [&](const char* p) {
    if (*p == 'M') take_member(begin, end, p, block.starts);
    else block.specials.push_back(p);
  };
  const char* p = first;
#if defined(__SSE2__)
  const __m128i less = _mm_set1_epi8('<'), bang = _mm_set1_epi8('!'), question = _mm_set1_epi8('?'), m = _mm_set1_epi8('M'), e = _mm_set1_epi8('e');
  for (; last - p >= 16; p += 16) {  // the byte after the last is there: text_padding
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 1));
    const __m128i special = _mm_and_si128(_mm_cmpeq_epi8(here, less), _mm_or_si128(_mm_cmpeq_epi8(next, bang), _mm_cmpeq_epi8(next, question)));
    const __m128i member = _mm_and_si128(_mm_cmpeq_epi8(here, m), _mm_cmpeq_epi8(next, e));
    for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(special, member))); mask != 0; mask &= mask - 1) look(p + __builtin_ctz(mask));
  }
#endif
  for (; p < last; ++p)
    if ((*p == 'M' && p[1] == 'e') || (*p == '<' && (p[1] == '!' || p[1] == '?'))) look(p);
}
}  // namespace

std::vector<MemberStart> find_members(const char* begin, const char* end, JobSystem& jobs) {
  const auto size = static_cast<std::size_t>(end - begin);
  std::vector<Block> blocks((size + block_size - 1) / block_size);
  jobs.parallel_for(blocks.size(), 1, [&](std::size_t from, std::size_t to) {
    for (std::size_t b = from; b < to; ++b)
      scan_block(begin, end, begin + b * block_size, begin + std::min(size, (b + 1) * block_size), blocks[b]);
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
  return out;
}

MemberStart first_member(const char* first, const char* last, const char* end) {
  std::vector<MemberStart> found;
  const char* const stop = std::min(end, last + 128);  // a tag begins no further before its name
  for (const char* p = find(first, stop, "Member"); p < stop; p = find(p + 1, stop, "Member")) {
    take_member(first, end, p, found);
    if (!found.empty()) return found.front().at < last ? found.front() : MemberStart{nullptr, false};
  }
  return {nullptr, false};
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
