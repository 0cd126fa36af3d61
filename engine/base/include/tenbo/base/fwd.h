#pragma once
namespace tenbo {
struct Error;
template <class T> class Result;
class JobSystem;
class CancelToken;
class Progress;
class MappedFile;
struct Image;
struct MeshData;
struct Diagnostics;
}  // namespace tenbo
