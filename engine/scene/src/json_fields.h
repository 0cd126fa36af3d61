#pragma once
// Objects of a file described by tables: one line a key says how it is read, checked and written, so that the parser, the
// writer and the list of known keys cannot differ.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "strict_json.h"
#include "tenbo/base/text.h"

namespace tenbo::scene {

// Thrown and caught within this room's sources: the first thing wrong ends the reading.
struct Wrong { Error error; };

[[noreturn]] inline void wrong(const std::string& place, std::string message, std::string remedy = "") {
  throw Wrong{{ErrorCode::malformed, std::move(message), "", place, std::move(remedy)}};
}

// "found the text "building"", for messages.
inline std::string found(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "found null";
    case Json::value_t::object: return "found an object";
    case Json::value_t::array: return fmt::format("found a list of {}", value.size());
    case Json::value_t::string: {
      std::string text = value.get<std::string>();
      if (text.size() > 60) text = to_valid_utf8(text.substr(0, 57)) + "...";
      return "found \"" + text + "\"";
    }
    default: return "found " + value.dump();
  }
}

inline std::string quoted_list(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "\"" : ", \"") + w + "\"";
  return out;
}

inline std::string did_you_mean(const std::string& word, const std::vector<std::string>& words) {
  const std::string near = nearest(word, words);
  return near.empty() ? "" : "did you mean \"" + near + "\"?";
}

inline std::string read_text(const Json& value, const std::string& place) {
  if (!value.is_string()) wrong(place, found(value) + ", expected a text");
  return value.get<std::string>();
}
inline double read_number(const Json& value, const std::string& place, double least, double most) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) wrong(place, found(value) + ", expected a number");
  const double number = value.get<double>();
  if (!(number >= least && number <= most)) wrong(place, fmt::format("{}, expected {} to {}", found(value), least, most));
  return number;
}
inline bool read_flag(const Json& value, const std::string& place) {
  if (!value.is_boolean()) wrong(place, found(value) + ", expected true or false");
  return value.get<bool>();
}
inline std::string read_word(const Json& value, const std::string& place, const std::vector<std::string>& words) {
  if (value.is_string())
    for (const auto& w : words)
      if (value.get<std::string>() == w) return w;
  wrong(place, found(value) + ", expected one of " + quoted_list(words),
        value.is_string() ? did_you_mean(value.get<std::string>(), words) : "");
}

// The folder that relative paths in the file start from.
struct FileContext { std::filesystem::path folder; };

template <class T>
struct Field {
  std::string key;
  std::function<void(const FileContext&, const Json&, const std::string& place, T&)> read;
  std::function<Json(const FileContext&, const T&)> write;  // not written where it is null or a T{} gives the same
};
template <class T>
using Fields = std::vector<Field<T>>;

template <class T>
std::vector<std::string> keys_of(const Fields<T>& fields) {
  std::vector<std::string> out;
  for (const auto& f : fields) out.push_back(f.key);
  return out;
}

template <class T>
void read_object(const Fields<T>& fields, const FileContext& context, const Json& value, const std::string& place, T& out) {
  if (!value.is_object()) wrong(place, found(value) + ", expected an object");
  for (const auto& [key, inner] : value.items()) {
    const Field<T>* field = nullptr;
    for (const auto& f : fields)
      if (f.key == key) field = &f;
    if (field) {
      field->read(context, inner, place + "." + key, out);
    } else if (!(key == "$schema" && place == "$")) {
      const auto keys = keys_of(fields);
      const std::string near = did_you_mean(key, keys);
      wrong(place + "." + key, "unknown key \"" + key + "\"", near.empty() ? "known here: " + quoted_list(keys) : near);
    }
  }
}

template <class T>
Json write_object(const Fields<T>& fields, const FileContext& context, const T& value) {
  const T plain{};
  Json out = Json::object();
  for (const auto& f : fields)
    if (Json written = f.write(context, value); !written.is_null() && written != f.write(context, plain)) out[f.key] = std::move(written);
  return out;
}

// --- fields of the usual kinds
template <class T>
Field<T> text_field(const char* key, std::string T::* member) {
  return {key, [member](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_text(j, place); },
          [member](const FileContext&, const T& t) -> Json { return t.*member; }};
}
template <class T>
Field<T> number_field(const char* key, double T::* member, double least, double most) {
  return {key, [=](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_number(j, place, least, most); },
          [member](const FileContext&, const T& t) -> Json { return t.*member; }};
}
template <class T>
Field<T> flag_field(const char* key, bool T::* member) {
  return {key, [member](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_flag(j, place); },
          [member](const FileContext&, const T& t) -> Json { return t.*member; }};
}
template <class T>
Field<T> word_field(const char* key, std::string T::* member, std::vector<std::string> words) {
  return {key, [=](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_word(j, place, words); },
          [member](const FileContext&, const T& t) -> Json { return t.*member; }};
}

}  // namespace tenbo::scene
