#include "csv.h"

#include <iconv.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace sensors {
namespace {
constexpr std::size_t most_bytes = std::size_t{256} << 20, most_columns = 1000, most_rows = 16'000'000;

bool is_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto b = [&](std::size_t k) { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0u; };
    const unsigned c = b(0);
    const std::size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 9;
    if (more == 9) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((b(k) & 0xC0u) != 0x80) return false;
    if ((c == 0xE0 && b(1) < 0xA0) || (c == 0xED && b(1) >= 0xA0) || (c == 0xF0 && b(1) < 0x90) || (c == 0xF4 && b(1) >= 0x90)) return false;
    i += more + 1;
  }
  return true;
}

// The separator of the first line: whichever of three is most there, outside quotes.
char separator(std::string_view text) {
  std::size_t counts[3] = {};
  constexpr char signs[3] = {',', ';', '\t'};
  bool quoted = false;
  for (const char c : text.substr(0, 65536)) {
    if (c == '"') quoted = !quoted;
    else if (!quoted && (c == '\n' || c == '\r')) break;
    else if (!quoted)
      for (int i = 0; i < 3; ++i) counts[i] += c == signs[i];
  }
  return signs[std::max_element(counts, counts + 3) - counts];
}
}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  if (is_utf8(bytes)) return std::string(bytes);
  const auto close = [](void* cd) { iconv_close(static_cast<iconv_t>(cd)); };
  const iconv_t made = iconv_open("UTF-8", "CP932");
  if (made == reinterpret_cast<iconv_t>(-1)) throw std::runtime_error("CP932 is not known here");
  const std::unique_ptr<void, decltype(close)> cd(made, close);
  std::string out(bytes.size() * 3 + 16, '\0');  // no character of CP932 takes more than three times its bytes
  char* from = const_cast<char*>(bytes.data());
  char* to = out.data();
  std::size_t left = bytes.size(), room = out.size();
  if (iconv(made, &from, &left, &to, &room) == static_cast<std::size_t>(-1))
    throw std::runtime_error("the text is neither UTF-8 nor CP932, at byte " + std::to_string(bytes.size() - left));
  out.resize(out.size() - room);
  return out;
}

Csv parse_csv(std::string_view bytes) {
  if (bytes.size() > most_bytes) throw std::runtime_error("the file has " + std::to_string(bytes.size()) + " bytes, the limit is " + std::to_string(most_bytes));
  const std::string text = to_utf8(bytes);
  if (text.find('\0') != std::string::npos) throw std::runtime_error("the file is no text: it has zero bytes");
  const char comma = separator(text);
  Csv out;
  std::vector<std::string> row;
  std::string cell;
  const auto end_cell = [&] {
    if (row.size() >= most_columns) throw std::runtime_error("a row has more than " + std::to_string(most_columns) + " cells");
    row.push_back(std::move(cell));
    cell.clear();
  };
  const auto end_row = [&] {
    end_cell();
    const bool blank = row.size() == 1 && row.front().empty();
    const bool remark = out.header.empty() && !row.front().empty() && row.front().front() == '#';
    if (!blank && !remark) {
      if (out.header.empty()) out.header = row;
      else {
        if (out.rows.size() >= most_rows) throw std::runtime_error("the file has more than " + std::to_string(most_rows) + " rows");
        out.uneven += row.size() != out.header.size();
        row.resize(out.header.size());
        out.rows.push_back(row);
      }
    }
    row.clear();
  };
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') cell += '"', ++i;
      else quoted = false;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == comma) {
      end_cell();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      end_row();
    } else {
      cell += c;
    }
  }
  if (quoted) throw std::runtime_error("a quoted cell does not end");
  if (!cell.empty() || !row.empty()) end_row();
  if (out.header.empty()) throw std::runtime_error("the file is empty");
  return out;
}

}  // namespace sensors
