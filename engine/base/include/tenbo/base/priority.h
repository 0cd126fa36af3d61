#pragma once
// Who goes first where there are fewer processors than threads that want one.

namespace tenbo {

// From now on this thread takes what is left beside those that make frames (a tenth of a processor at least, all of it where
// nobody else wants it). For good: a thread may not ask for more again. [any]
void give_way_to_frames();

}  // namespace tenbo
