#pragma once
// How layers of the larger kinds are read, for layer_loader.cpp. All on a worker.
#include <functional>
#include <optional>

#include "layer_loader.h"
#include "tenbo/base/url.h"

namespace tenbo::runtime {

io::RemoteOptions remote_options(const LoadContext& context);

// `may`: from its bake in the cache, where it is there.
Loaded load_city_or_bake(const LoadContext& context, bool may);
// Whether a bake has the layer the same way: not the ground, not what is unpacked for this run alone, not axes that were exchanged.
bool may_be_baked(const scene::LayerSpec& given, const scene::LayerSpec& unpacked);

// `model`: content that the scene puts somewhere.
Loaded load_tiles(const LoadContext& context, bool model);

Loaded load_arrived_sip4d(const LoadContext& context);
Loaded load_remote_sip4d(const LoadContext& context);
// Nothing where the layer's one path is no SIP4D-ZIP. `read` reads the files within.
std::optional<Loaded> load_sip4d_file(const LoadContext& context, const std::function<Loaded(const LoadContext&)>& read);

}  // namespace tenbo::runtime
