#pragma once
// PROJ's C handles with owners, and a context that asks no network and prints nothing. A context belongs to one thread
// at a time; every call below makes its own or is handed one.
#include <proj.h>
#include <proj_experimental.h>  // proj_crs_demote_to_2D

#include <memory>
#include <string>

namespace tenbo::geo {

// A new context opens PROJ's database, which takes as long as several questions to it: one that is given back is kept for
// whoever asks next, with what it has read.
PJ_CONTEXT* take_context();          // null: PROJ could not be started. [any]
void give_context(PJ_CONTEXT* one);  // everything made with it is gone. [any]

struct ContextDeleter { void operator()(PJ_CONTEXT* c) const { give_context(c); } };
struct PjDeleter { void operator()(PJ* p) const { proj_destroy(p); } };
struct PjListDeleter { void operator()(PJ_OBJ_LIST* l) const { proj_list_destroy(l); } };
using ContextPtr = std::unique_ptr<PJ_CONTEXT, ContextDeleter>;
using PjPtr = std::unique_ptr<PJ, PjDeleter>;
using PjListPtr = std::unique_ptr<PJ_OBJ_LIST, PjListDeleter>;

inline ContextPtr make_context() { return ContextPtr(take_context()); }

// Why the context's last call failed.
inline std::string last_error(PJ_CONTEXT* context) {
  const int code = proj_context_errno(context);
  const char* text = code ? proj_context_errno_string(context, code) : nullptr;
  return text ? text : "PROJ gives no reason";
}

}  // namespace tenbo::geo
