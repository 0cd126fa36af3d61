// Layers of SIP4D-ZIP archives that feeds bring: the newest archive, by the time that it says of itself, is read by a worker.
#include <algorithm>

#include "engine_impl.h"
#include "layer_loader.h"

namespace tenbo::runtime {

bool shows_archives(const scene::LayerSpec& spec) { return spec.plugin.empty() && !spec.feeds.empty(); }

// Of messages in the order of the journal. One that is no such archive changes nothing but is said.
void EngineImpl::take_archives(Layer& layer, const std::vector<PluginMessage>& messages) {
  for (const auto& m : messages) {
    if (std::find(layer.spec.feeds.begin(), layer.spec.feeds.end(), m.feed) == layer.spec.feeds.end()) continue;
    const std::string& label = m.source.empty() ? m.feed : m.source;
    const auto stamp = io::sip4d_stamp(*m.body);
    if (!stamp) {
      say_offline(layer, Error{ErrorCode::unsupported, "is no whole SIP4D-ZIP, an archive with sip4d_zip_meta.json in it", label, "", "a layer of other messages needs a plugin"}.text());
      continue;
    }
    auto offered = std::make_shared<ArrivedArchive>();
    offered->label = label;
    offered->of = stamp->time && *stamp->time <= m.arrival ? *stamp->time : m.arrival;  // one from the future counts as of its arrival, as for freshness
    offered->body = m.body;
    if (!layer.archive || offered->of >= layer.archive->of) layer.archive = std::move(offered);  // late ones change nothing
  }
}

void EngineImpl::follow_archives() {
  for (auto& l : layers_)
    if (shows_archives(l->spec) && !l->reading && l->archive != l->archive_read && (l->archive || feeds_->caught_up(fed_until()))) start_load(*l);
}

bool EngineImpl::archives_settled() const {
  return std::none_of(layers_.begin(), layers_.end(), [](const auto& l) { return shows_archives(l->spec) && l->archive != l->archive_read; });
}

}  // namespace tenbo::runtime
