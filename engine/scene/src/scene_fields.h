#pragma once
#include "json_fields.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::scene {

const Fields<LocalText>& text_fields();
const Fields<Camera>& camera_fields();
const Fields<Bookmark>& view_fields();
const Fields<StyleClass>& class_fields();
const Fields<LayerStyle>& style_fields();
const Fields<geo::GeoPoint>& position_fields();
const Fields<LayerSpec>& layer_fields();
const Fields<FieldMember>& member_fields();
const Fields<FieldIssue>& issue_fields();
const Fields<FieldShow>& show_fields();
const Fields<FeedSpec>& feed_fields();
const Fields<ImpactSpec>& impact_fields();
const Fields<PriorityWeightsSpec>& weights_fields();
const Fields<RoadsSpec>& roads_fields();
const Fields<PrioritySpec>& priority_fields();
const Fields<SectionSpec>& section_fields();
const Fields<SceneFile>& scene_fields();

}  // namespace tenbo::scene
