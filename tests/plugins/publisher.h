#pragma once
// A plugin in raw C terms, so that nothing guards it: does what the parameter "case" says.
#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "tenbo/plugin_api/all.h"

struct Publisher {
  tenbo_plugin plugin{};
  const tenbo_host* host = nullptr;
  const tenbo_layer_source* source = nullptr;
  std::map<std::string, std::string> parameters;
  std::atomic<int> ticks{0};
  int changes = 0;

  bool is(const char* name) { return parameters["case"] == name; }
  void mark(const std::string& text);  // appends a line to the file of the parameter "mark"
};

inline tenbo_text text(const char* s) {
  tenbo_text t{s, 0};
  while (s[t.size]) ++t.size;
  return t;
}

// A 3 x 2 field of two steps around Tokyo: value = amount * (10 step + row + column / 10); the last cell is NaN.
tenbo_result publish_field(Publisher& p, const std::string& wrong);
tenbo_result publish_records(Publisher& p, const std::string& wrong);
tenbo_result publish_shapes(Publisher& p, const std::string& wrong);
tenbo_result publish_sensors(Publisher& p, const std::string& wrong);
