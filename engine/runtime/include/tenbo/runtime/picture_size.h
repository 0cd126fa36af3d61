#pragma once
#include <glm/vec2.hpp>

#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {

// Says how large the pictures will be (px) before there is one: settle() has what streams read for that size, and frames for its shape.
// Without a word 1920 x 1080; each picture that is drawn says its own. [main]
void expect_picture(Engine& engine, glm::uvec2 size);

}  // namespace tenbo::runtime
