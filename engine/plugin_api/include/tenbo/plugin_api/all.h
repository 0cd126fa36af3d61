/* Everything, for plugins in C. */
#pragma once
#include "tenbo/plugin_api/feed.h"
#include "tenbo/plugin_api/inspection.h"
#include "tenbo/plugin_api/layer_source.h"
#include "tenbo/plugin_api/limits.h"
#include "tenbo/plugin_api/parameters.h"
#include "tenbo/plugin_api/plugin.h"
#include "tenbo/plugin_api/reader.h"
#include "tenbo/plugin_api/series.h"
#include "tenbo/plugin_api/shapes.h"
#include "tenbo/plugin_api/state.h"
#include "tenbo/plugin_api/watch.h"
