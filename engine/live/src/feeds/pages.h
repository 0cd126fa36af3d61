#pragma once
// Collections that a server gives page by page, as OGC SensorThings 1.1 does: the member "@iot.nextLink" of a page is the address of the
// next. It is the one link of a message that is followed, and no further than the feed's own address reaches.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tenbo/base/result.h"
#include "tenbo/base/url.h"

namespace tenbo::live {

// The link to the next page; empty: this is the last one, or no page at all. Fails where there may be one and the JSON is broken before it.
Result<std::string> next_page(std::span<const std::byte> body);
// Where `link` leads from the page at `from`. Fails unless that has the origin of `first` and is its path or lies below it. Without a user: a
// message gives no credentials.
Result<Url> page_address(const Url& first, const Url& from, std::string_view link);
// What a page is called in the journal: page 1 as the address, page 2 "https://host/v1.1/Things#page=2".
std::string page_source(const std::string& address, std::size_t page);

}  // namespace tenbo::live
