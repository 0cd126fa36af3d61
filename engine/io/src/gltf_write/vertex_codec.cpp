#include "vertex_codec.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#else
#include <meshoptimizer.h>
#endif

namespace tenbo::io::gltf_write {

#if defined(__SSE2__)
namespace {

// The numbers of the format (EXT_meshopt_compression, "Mode 0: attributes").
constexpr std::uint8_t head = 0xa0;
constexpr std::size_t group = 16, most_in_block = 256, block_bytes = 8192, least_tail = 32;

// Sixteen vertices' words, `stride` bytes apart, as four columns of bytes. Those past `count` are the last one's: no difference, as the
// format pads them.
void columns_of(const std::uint8_t* word, std::size_t stride, std::size_t count, __m128i columns[4]) {
  const auto one = [&](std::size_t i) {
    int w = 0;
    std::memcpy(&w, word + (count == group ? i : std::min(i, count - 1)) * stride, 4);
    return _mm_cvtsi32_si128(w);
  };
  const auto four = [&](std::size_t i) {
    return _mm_unpacklo_epi64(_mm_unpacklo_epi32(one(i), one(i + 1)), _mm_unpacklo_epi32(one(i + 2), one(i + 3)));
  };
  const __m128i a = four(0), b = four(4), c = four(8), d = four(12);
  // the low byte of each byte of a word moves together in three steps of halves
  const __m128i low = _mm_set1_epi16(0xff);
  const auto even = [&](__m128i x, __m128i y) { return _mm_packus_epi16(_mm_and_si128(x, low), _mm_and_si128(y, low)); };
  const auto odd = [](__m128i x, __m128i y) { return _mm_packus_epi16(_mm_srli_epi16(x, 8), _mm_srli_epi16(y, 8)); };
  const __m128i ab_even = even(a, b), cd_even = even(c, d), ab_odd = odd(a, b), cd_odd = odd(c, d);
  columns[0] = even(ab_even, cd_even);
  columns[1] = even(ab_odd, cd_odd);
  columns[2] = odd(ab_even, cd_even);
  columns[3] = odd(ab_odd, cd_odd);
}

// Of sixteen bits; not every machine has an instruction for it.
int count_ones(unsigned v) {
  v -= v >> 1 & 0x5555;
  v = (v & 0x3333) + (v >> 2 & 0x3333);
  v = (v + (v >> 4)) & 0x0f0f;
  return static_cast<int>((v + (v >> 8)) & 0x1f);
}

// A group in as few bits a byte as make it shortest; what does not fit into them follows. Returns the end; `code` is what the header says.
std::uint8_t* put_group(std::uint8_t* out, __m128i v, unsigned& code) {
  const __m128i zero = _mm_setzero_si128(), three = _mm_set1_epi8(3), fifteen = _mm_set1_epi8(15);
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(v, zero)) == 0xffff) {
    code = 0;
    return out;
  }
  const auto over2 = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(v, three), v)));
  const auto over4 = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(v, fifteen), v)));
  const int size2 = 4 + count_ones(over2), size4 = 8 + count_ones(over4);
  unsigned over = 0;
  if (size2 < 16 && size2 <= size4) {
    code = 1;
    const __m128i e = _mm_min_epu8(v, three);
    const __m128i pairs = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(e, 2), _mm_srli_epi16(e, 8)), _mm_set1_epi16(0x0f));
    const __m128i fours = _mm_and_si128(_mm_or_si128(_mm_slli_epi32(pairs, 4), _mm_srli_epi32(pairs, 16)), _mm_set1_epi32(0xff));
    const __m128i words = _mm_packs_epi32(fours, fours);
    const int bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    std::memcpy(out, &bytes, 4);
    out += 4;
    over = over2;
  } else if (size4 < 16) {
    code = 2;
    const __m128i e = _mm_min_epu8(v, fifteen);
    const __m128i pairs = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(e, 4), _mm_srli_epi16(e, 8)), _mm_set1_epi16(0xff));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(pairs, pairs));
    out += 8;
    over = over4;
  } else {
    code = 3;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), v);
    return out + group;
  }
  std::uint8_t bytes[group];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes), v);
  for (; over != 0; over &= over - 1) *out++ = bytes[__builtin_ctz(over)];
  return out;
}

}  // namespace

void encode_vertices(std::string& out, const std::uint8_t* vertices, std::size_t count, std::size_t stride) {
  assert(count > 0 && stride >= 4 && stride <= 256 && stride % 4 == 0);
  const std::size_t in_block = std::min(block_bytes / stride / group * group, most_in_block);
  const std::size_t tail = std::max(stride, least_tail);
  // of a block: a header of two bits a group, and no group longer than its bytes
  const std::size_t most_of_block = stride * ((in_block / group + 3) / 4 + in_block);
  const std::size_t begin = out.size();
  out.resize(begin + 1 + (count + in_block - 1) / in_block * most_of_block + tail);
  auto* at = reinterpret_cast<std::uint8_t*>(out.data()) + begin;
  *at++ = head;
  const std::uint8_t* before = vertices;  // the vertex that the next block's first is told from
  for (std::size_t first = 0; first < count; first += in_block) {
    const std::size_t n = std::min(in_block, count - first), groups = (n + group - 1) / group, header = (groups + 3) / 4;
    const std::uint8_t* block = vertices + first * stride;
    for (std::size_t k = 0; k < stride; k += 4) {
      // the four bytes of a word, each its own run of groups
      std::uint8_t zigzag[4][most_in_block];
      __m128i last[4];
      for (int j = 0; j < 4; ++j) last[j] = _mm_cvtsi32_si128(before[k + static_cast<std::size_t>(j)]);
      for (std::size_t g = 0; g < groups; ++g) {
        __m128i column[4];
        columns_of(block + g * group * stride + k, stride, std::min(group, n - g * group), column);
        for (int j = 0; j < 4; ++j) {
          const __m128i difference = _mm_sub_epi8(column[j], _mm_or_si128(_mm_slli_si128(column[j], 1), last[j]));
          last[j] = _mm_srli_si128(column[j], 15);
          const __m128i v = _mm_xor_si128(_mm_add_epi8(difference, difference), _mm_cmpgt_epi8(_mm_setzero_si128(), difference));
          _mm_storeu_si128(reinterpret_cast<__m128i*>(zigzag[j] + g * group), v);
        }
      }
      for (const auto& run : zigzag) {
        std::uint8_t* codes = at;
        std::memset(codes, 0, header);
        at += header;
        for (std::size_t g = 0; g < groups; ++g) {
          unsigned code = 0;
          at = put_group(at, _mm_loadu_si128(reinterpret_cast<const __m128i*>(run + g * group)), code);
          codes[g / 4] = static_cast<std::uint8_t>(codes[g / 4] | code << (g % 4 * 2));
        }
      }
    }
    before = block + (n - 1) * stride;
  }
  std::memset(at, 0, tail - stride);
  at += tail - stride;
  std::memcpy(at, vertices, stride);
  at += stride;
  out.resize(static_cast<std::size_t>(at - reinterpret_cast<std::uint8_t*>(out.data())));
}

#else

void encode_vertices(std::string& out, const std::uint8_t* vertices, std::size_t count, std::size_t stride) {
  const std::size_t begin = out.size();
  out.resize(begin + meshopt_encodeVertexBufferBound(count, stride));
  out.resize(begin + meshopt_encodeVertexBuffer(reinterpret_cast<unsigned char*>(out.data()) + begin, out.size() - begin, vertices, count, stride));
}

#endif

}  // namespace tenbo::io::gltf_write
