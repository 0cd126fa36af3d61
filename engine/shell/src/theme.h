#pragma once
// Colours of the panels. One accent, of a hue that no official hazard scale uses. At night nothing on a panel is
// brighter than the palest hazard class.
#include "tenbo/base/image.h"

namespace tenbo::shell {

struct Theme {
  Rgba8 panel{13, 19, 25, 222}, edge{255, 255, 255, 20}, raised{255, 255, 255, 16}, hover{255, 255, 255, 28};
  Rgba8 text{233, 239, 243, 255}, dim{160, 173, 183, 255}, faint{96, 110, 121, 255};
  Rgba8 accent{72, 199, 183, 255}, on_accent{6, 24, 22, 255};
  Rgba8 warn{244, 187, 79, 255}, error{255, 118, 104, 255};
  Rgba8 field{0, 0, 0, 96};         // where one types
  Rgba8 scrim{4, 7, 10, 150};       // behind a page over everything
};
inline Theme night_theme() {
  Theme t;
  t.panel = {6, 8, 10, 232};
  t.edge = {255, 255, 255, 10};
  t.raised = {255, 255, 255, 9};
  t.hover = {255, 255, 255, 16};
  t.text = {150, 160, 168, 255};
  t.dim = {104, 114, 122, 255};
  t.faint = {62, 71, 78, 255};
  t.accent = {42, 124, 114, 255};
  t.warn = {158, 120, 52, 255};
  t.error = {166, 76, 68, 255};
  return t;
}

}  // namespace tenbo::shell
