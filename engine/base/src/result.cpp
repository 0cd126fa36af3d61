#include "tenbo/base/result.h"

namespace tenbo {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid argument";
    case ErrorCode::not_found: return "not found";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::malformed: return "malformed";
    case ErrorCode::mismatch: return "mismatch";
    case ErrorCode::io: return "input/output";
    case ErrorCode::out_of_budget: return "out of budget";
    case ErrorCode::gpu: return "gpu";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

std::string Error::text() const {
  std::string out;
  if (!file.empty()) out += file + ": ";
  if (!place.empty()) out += place + ": ";
  out += message.empty() ? to_string(code) : message;
  if (!remedy.empty()) out += " (" + remedy + ")";
  return out;
}

}  // namespace tenbo
