#pragma once
// Values of scene files that have more than one form, or rules that a key alone cannot tell. What is wrong is thrown (Wrong).
#include <filesystem>
#include <string>
#include <vector>

#include "scene_fields.h"

namespace tenbo::scene {

namespace fs = std::filesystem;

constexpr double largest = 1e12;  // of numbers without a bound of their own

LocalText read_local(const FileContext& c, const Json& j, const std::string& place);
Json write_local(const FileContext& c, const LocalText& t);

template <class T>
Field<T> local_field(const char* key, LocalText T::* member) {
  return {key, [member](const FileContext& c, const Json& j, const std::string& place, T& t) { t.*member = read_local(c, j, place); },
          [member](const FileContext& c, const T& t) { return write_local(c, t.*member); }};
}

// A text that is plain in `member`, and in `local` too where the file has both languages.
template <class T>
Field<T> text_or_local_field(const char* key, std::string T::* member, LocalText T::* local) {
  return {key, [=](const FileContext& c, const Json& j, const std::string& place, T& t) {
            const LocalText text = read_local(c, j, place);
            t.*member = text.in(false);
            t.*local = j.is_object() ? text : LocalText{};
          },
          [=](const FileContext& c, const T& t) -> Json {
            const LocalText& l = t.*local;  // whoever changed the plain text since has the last word
            const bool same = (!l.ja.empty() || !l.en.empty()) && t.*member == l.in(false);
            return same ? write_object(text_fields(), c, l) : Json(t.*member);
          }};
}

// Seconds, or as ISO 8601 writes durations: "PT10M", "PT1H30M", "P1D".
double read_interval(const Json& j, const std::string& place);

Rgba8 read_colour(const Json& j, const std::string& place);
Json write_colour(const Rgba8& c);
fs::path read_path(const FileContext& c, const Json& j, const std::string& place);
Json write_path(const FileContext& c, const fs::path& path);

// Of a layer: an address too, which is no path and stays as it is written.
fs::path read_layer_path(const FileContext& c, const Json& j, const std::string& place);

// "tiles.example.org", "localhost:8080".
std::vector<std::string> read_hosts(const Json& j, const std::string& place);

std::vector<std::string> read_texts(const Json& j, const std::string& place, const char* what);
std::string read_time_text(const Json& j, const std::string& place);

template <class T>
Field<T> time_text_field(const char* key, std::string T::* member) {
  return {key, [member](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_time_text(j, place); },
          [member](const FileContext&, const T& t) -> Json { return t.*member; }};
}

geo::VerticalKind read_vertical(const Json& j, const std::string& place);

template <class T>
Field<T> vertical_field(const char* key, geo::VerticalKind T::* member) {
  return {key, [member](const FileContext&, const Json& j, const std::string& place, T& t) { t.*member = read_vertical(j, place); },
          [member](const FileContext&, const T& t) -> Json { return geo::to_string(t.*member); }};
}

template <class T>
std::vector<T> read_list(const Fields<T>& fields, const FileContext& c, const Json& j, const std::string& place) {
  if (!j.is_array()) wrong(place, found(j) + ", expected a list");
  std::vector<T> out(j.size());
  for (std::size_t i = 0; i < j.size(); ++i) read_object(fields, c, j[i], fmt::format("{}[{}]", place, i), out[i]);
  return out;
}

template <class T>
Json write_list(const Fields<T>& fields, const FileContext& c, const std::vector<T>& list) {
  Json out = Json::array();
  for (const T& item : list) out.push_back(write_object(fields, c, item));
  return out;
}

void need(const Json& j, const std::string& place, const char* key);

// What one key of a feed alone cannot tell; a folder's address becomes a path. Whether it can be reached is found out later.
void check_feed(const FileContext& c, std::vector<FeedSpec>& feeds, std::size_t i, const Json& j, const std::string& place);

Camera read_camera(const FileContext& c, const Json& j, const std::string& place);
Json write_camera(const FileContext&, const Camera& v);
void read_parameters(const FileContext& c, const Json& j, const std::string& place, LayerSpec& layer);
Json write_parameters(const FileContext& c, const LayerSpec& layer);

}  // namespace tenbo::scene
