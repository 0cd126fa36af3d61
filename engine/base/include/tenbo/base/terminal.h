#pragma once

namespace tenbo {

// Is a person reading standard error? Progress bars show there and nowhere else.
bool stderr_is_terminal();

}  // namespace tenbo
