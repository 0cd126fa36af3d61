#pragma once
// tenbo.reader/1, and what tenbo.feed/1 shares with it.
#include <memory>

#include "plugins/reader_handles.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/io/raster.h"
#include "tenbo/io/vector.h"

namespace tenbo::runtime {

const void* reader_extension();  // the one const tenbo_reader
const void* feed_extension();    // the one const tenbo_feed

// What plugins ask for, checked; NULL: nothing.
Result<io::FieldOptions> field_options(const tenbo_field_options* options);
Result<io::VectorOptions> vector_options(const tenbo_vector_options* options);
// Reads a field of moderate size whole; infinite values become unknown. [worker]
Result<std::shared_ptr<ReadField>> read_field(const io::OpenedField& opened, const CancelToken& cancel);
std::shared_ptr<ReadVector> keep(io::VectorData&& d);

}  // namespace tenbo::runtime
