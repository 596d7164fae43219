#pragma once

#include <simplicit/base/random.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/dataset/dataset.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace simplicit::test {

/// A network with normal weights of variance gain / in, units = {p, hidden..., q}.
[[nodiscard]] Mlp random_mlp(const std::vector<Index>& units, bool bias, Activation activation, unsigned seed,
                             double gain = 2);

/// Random pixels whose class is the brightest of the first `classes` pixels: something a network can learn.
[[nodiscard]] LabelledImages random_images(Index samples, Index features, Index classes, unsigned seed);

/// The bytes of an IDX file of unsigned bytes.
[[nodiscard]] std::string idx_bytes(const std::vector<std::uint32_t>& shape,
                                    const std::vector<std::uint8_t>& values);

void write_bytes(const std::string& path, const std::string& bytes);

[[nodiscard]] std::string gzipped(const std::string& bytes);

}  // namespace simplicit::test
