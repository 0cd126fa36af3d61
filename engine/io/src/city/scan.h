#pragma once
// Where the members of a file begin, found without parsing: a scan for their tag names, at memory speed, on all cores.
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tenbo/base/jobs.h"

namespace tenbo::io::city {

struct MemberStart {
  const char* at;   // '<' of the start tag
  bool appearance;  // appearanceMember; else cityObjectMember, featureMember(s)
};

// Every start tag of that name outside comments, CDATA and processing instructions, in order. It may still stand
// inside another member; only parsing tells.
std::vector<MemberStart> find_members(const char* begin, const char* end, JobSystem& jobs);

// The first of them whose '<' stands in [first, last), whatever may hide it; [first, end) can be read. at: null where there is none.
MemberStart first_member(const char* first, const char* last, const char* end);

// For each of `ids` that some element's id attribute has: that element's '<' (the first of several).
std::vector<std::pair<std::string_view, const char*>> find_ids(const char* begin, const char* end,
                                                               const std::unordered_set<std::string_view>& ids, JobSystem& jobs);

}  // namespace tenbo::io::city
