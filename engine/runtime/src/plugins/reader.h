#pragma once
namespace tenbo::runtime {
const void* reader_extension();  // the one const tenbo_reader
}
