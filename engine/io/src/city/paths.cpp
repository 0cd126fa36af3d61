#include "paths.h"

#include "tenbo/base/text.h"

namespace tenbo::io::city {

AttributePaths::Id AttributePaths::add_node(std::string text) {
  nodes_.push_back({std::move(text), {}});
  return static_cast<Id>(nodes_.size() - 1);
}

void AttributePaths::put(std::uint64_t key, Id node) {
  std::size_t slot = hash(key);
  while (slots_[slot & (slots_.size() - 1)].node != root) ++slot;
  slots_[slot & (slots_.size() - 1)] = {key, node};
}

AttributePaths::Id AttributePaths::add(Id parent, const Element& element, std::uint64_t key) {
  if ((++used_) * 2 > slots_.size()) {
    const auto old = std::move(slots_);
    slots_ = std::vector<Slot>(old.size() * 2);
    for (const Slot& s : old)
      if (s.node != root) put(s.key, s.node);
  }
  const std::string& before = nodes_[parent].text;
  const Id id = add_node(to_valid_utf8(before.empty() ? names_.canonical_name(element.name) : before + '/' + std::string(element.local)));
  nodes_[id].prefix = names_.canonical(prefix_of(element.name));
  put(key, id);
  return id;
}

AttributePaths::Id AttributePaths::child(Id parent, std::string_view text) {
  key_ = std::to_string(parent);
  key_ += '\n';
  key_ += text;
  if (const auto found = texts_.find(key_); found != texts_.end()) return found->second;
  const std::string& before = nodes_[parent].text;
  const Id id = add_node(to_valid_utf8(before.empty() ? std::string(text) : before + '/' + std::string(text)));
  nodes_[id].prefix = nodes_[parent].prefix;
  texts_.emplace(key_, id);
  return id;
}

AttributePaths::Id AttributePaths::suffixed(Id path, Suffix suffix) {
  const bool code = suffix == Suffix::code;
  if (const Id known = code ? nodes_[path].code : nodes_[path].uom; known != root) return known;
  const Id id = add_node(nodes_[path].text + (code ? "_code" : "_uom"));
  (code ? nodes_[path].code : nodes_[path].uom) = id;
  return id;
}

AttributePaths::Id AttributePaths::address(Id leaf, std::string_view local) {
  if (const Id known = nodes_[leaf].address; known != root) return known;
  const Id id = add_node(to_valid_utf8("xAL:" + std::string(local)));
  nodes_[leaf].address = id;
  return id;
}

// What was found stays, for those who hold its number; it is only not found again.
void AttributePaths::forget_elements() {
  slots_.assign(512, {});
  used_ = 0;
  version_ = names_.version();
}

void AttributePaths::start_over() {
  forget_elements();
  texts_.clear();
  nodes_.clear();
  nodes_.emplace_back();
}

}  // namespace tenbo::io::city
