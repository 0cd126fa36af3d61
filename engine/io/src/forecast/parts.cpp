// Forecasts whose issues and members are named one by one.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tenbo/base/url.h"
#include "tenbo/io/raster.h"

namespace tenbo::io {

Result<OpenedForecast> open_forecast(const std::vector<ForecastPart>& parts, const FieldOptions& options) {
  if (parts.empty()) return Error{ErrorCode::invalid_argument, "no file of the forecast is named", "", "", ""};
  OpenedForecast out;
  struct Named {
    std::vector<std::string> names;
    std::vector<std::shared_ptr<const geo::Field>> fields;
  };
  std::map<std::optional<geo::Instant>, Named> issues;
  for (const auto& part : parts) {
    const std::string file = part.paths.empty() ? std::string() : shown(part.paths.front());
    FieldOptions each = options;
    if (!part.issue_time.empty()) each.issue_time = part.issue_time;
    if (!part.variable.empty()) each.variable = part.variable;
    each.cache_bytes = options.cache_bytes / parts.size();
    auto opened = open_forecast(part.paths, each);
    if (!opened) return opened.error();
    out.diagnostics.merge(std::move(opened->diagnostics));
    const geo::Forecast& f = *opened->forecast;
    if (!part.member.empty() && (f.members() > 1 || f.issues() > 1))
      return Error{ErrorCode::mismatch, fmt::format("the file of member \"{}\" holds {} members and {} issues itself", part.member, f.members(), f.issues()), file, "", "name it as \"path\" of the layer or of an issue"};
    for (std::size_t i = 0; i < f.issues(); ++i) {
      Named& named = issues[f.issue_time(i)];
      for (std::size_t k = 0; k < f.members(); ++k) {
        const std::string name = !part.member.empty() ? part.member : f.names().empty() ? std::string() : f.names()[k];
        if (std::find(named.names.begin(), named.names.end(), name) != named.names.end())
          return Error{ErrorCode::mismatch, fmt::format("{} is there twice{}", name.empty() ? "an issue" : "member \"" + name + "\"", f.issue_time(i) ? " at " + geo::format_utc(*f.issue_time(i)) : ": neither file says when it was issued"),
                       file, "", "give each issue its own \"issue_time\""};
        named.names.push_back(name);
        named.fields.push_back(f.member(i, k));
      }
    }
  }
  const auto names = issues.begin()->second.names;
  std::vector<geo::Forecast::Issue> made;
  for (auto& [time, named] : issues) {
    geo::Forecast::Issue issue{time, {}};
    for (const auto& name : names) {
      const auto found = std::find(named.names.begin(), named.names.end(), name);
      if (found == named.names.end() || named.names.size() != names.size())
        return Error{ErrorCode::mismatch, fmt::format("the issue{} has other members than the first: {} of them, where {} are expected", time ? " of " + geo::format_utc(*time) : "", named.names.size(), names.size()), "", "", "name the same members in each issue"};
      issue.members.push_back(named.fields[static_cast<std::size_t>(found - named.names.begin())]);
    }
    made.push_back(std::move(issue));
  }
  const bool unnamed = names.size() == 1 && names.front().empty();
  auto forecast = geo::Forecast::make(unnamed ? std::vector<std::string>() : names, std::move(made));
  if (!forecast) return forecast.error();
  out.forecast = std::move(*forecast);
  return out;
}

}  // namespace tenbo::io
