#pragma once

namespace simplicit {

/// The type under which opencv_model() writes a SparseMap.
inline constexpr const char* sparse_map_layer = "SimplicitSparseMap";

}  // namespace simplicit
