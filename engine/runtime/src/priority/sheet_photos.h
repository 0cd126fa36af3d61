#pragma once
// Photographs of a structure's worst defects on its sheet. What cannot be opened, or may not be, is named and not drawn.
#include "tenbo/io/pdf.h"
#include "tenbo/runtime/priority_as_of.h"

namespace tenbo::runtime {

std::string spaced(std::string code);  // "main_girder" to "main girder"
// "主桁 / ひびわれ" in the words of the list; in English "main girder / crack", where the words are known.
std::string part_and_kind(const inspection::Register& records, const inspection::Defect& defect, bool japanese);

// Within `room` mm from x, between y and `bottom`; returns the y below them. Nothing, where no defect has one.
double sheet_photos(io::PdfPage& pdf, double x, double y, double room, double bottom, const PriorityReport& report, const PriorityRow& row,
                    const inspection::Day& day, bool japanese);

}  // namespace tenbo::runtime
