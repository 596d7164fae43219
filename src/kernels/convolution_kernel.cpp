// Compiled with -ffp-contract=fast: every product here is added to a sum at once, so that each instruction
// set either fuses all of them or none, and a sum's bits do not depend on how it is cut into tiles.
#include "kernels/convolution_kernel.hpp"

#include <algorithm>

namespace simplicit::kernels {
namespace {

constexpr std::size_t avx512_bytes = 64;
constexpr std::size_t avx2_bytes = 32;
constexpr std::size_t portable_bytes = 16;

// Sums that are kept in registers at once: enough that none waits for the one before.
constexpr int most_sums = 8;

template <class T, std::size_t bytes>
struct VectorOf {
  using Type [[gnu::vector_size(bytes), gnu::aligned(sizeof(T)), gnu::may_alias]] = T;
  static constexpr Index lanes = bytes / sizeof(T);
};

template <std::size_t bytes, class T>
[[gnu::always_inline]] inline const typename VectorOf<T, bytes>::Type& vector_at(const T* entry) {
  return *reinterpret_cast<const typename VectorOf<T, bytes>::Type*>(entry);
}
template <std::size_t bytes, class T>
[[gnu::always_inline]] inline typename VectorOf<T, bytes>::Type& vector_at(T* entry) {
  return *reinterpret_cast<typename VectorOf<T, bytes>::Type*>(entry);
}

/// A NaN stays a NaN.
template <class T, class V>
[[gnu::always_inline]] inline void apply_function(const Finish<T>& finish, V& x) {
  using Kind = typename Finish<T>::Kind;
  if (finish.kind == Kind::relu) {
    x = x <= T{0} ? T{0} + V{} : x;
  } else if (finish.kind == Kind::leaky_relu) {
    x = x <= T{0} ? finish.a * x : x;
  } else if (finish.kind == Kind::clip) {
    x = x < finish.a ? finish.a + V{} : x;
    x = x > finish.b ? finish.b + V{} : x;
  }
}

/// rows x columns neighbouring vectors of sums of channel c, the first at `in`; steps in numbers.
template <std::size_t bytes, int rows, int columns, class T>
struct Tile {
  typename VectorOf<T, bytes>::Type sums[rows * columns];

  [[gnu::always_inline]] inline void accumulate(const ConvolutionJob<T>& job, Index c, const T* in,
                                                Index row_step, Index column_step) {
    typename VectorOf<T, bytes>::Type start[rows * columns];
#pragma GCC unroll 8
    for (int i = 0; i < rows * columns; ++i) start[i] = job.bias[c] + typename VectorOf<T, bytes>::Type{};
    const std::int32_t end = job.row_starts[c + 1];
    for (std::int32_t k = job.row_starts[c]; k < end; ++k) {
      const T weight = job.weights[k];
      const T* const at = in + job.offsets[k];
#pragma GCC unroll 8
      for (int i = 0; i < rows * columns; ++i) {
        start[i] += weight * vector_at<bytes>(at + i / columns * row_step + i % columns * column_step);
      }
    }
#pragma GCC unroll 8
    for (int i = 0; i < rows * columns; ++i) sums[i] = start[i];
  }
};

/// One tile of places, every channel.
template <std::size_t bytes, int rows, int columns, class T>
[[gnu::always_inline]] inline void tile_together(const ConvolutionJob<T>& job, Index y, Index x) {
  const T* const in = job.in + y * job.in_step.row + x * job.in_step.column;
  T* const out = job.out + y * job.out_pitch.row + x * job.out_pitch.column;
  const Finish<T>& finish = job.finish;
  const T* const addend =
      finish.addend +
      (finish.addend == nullptr ? 0 : y * finish.addend_pitch.row + x * finish.addend_pitch.column);
  for (Index c = 0; c < job.channels; ++c) {
    Tile<bytes, rows, columns, T> tile;
    tile.accumulate(job, c, in, job.in_step.row, job.in_step.column);
#pragma GCC unroll 8
    for (int i = 0; i < rows * columns; ++i) {
      const int row = i / columns;
      const int column = i % columns;
      auto sum = tile.sums[i];
      if (finish.addend != nullptr) {
        sum += vector_at<bytes>(addend + c * finish.addend_pitch.channel + row * finish.addend_pitch.row +
                                column * finish.addend_pitch.column);
      }
      apply_function(finish, sum);
      vector_at<bytes>(out + c * job.out_pitch.channel + row * job.out_pitch.row +
                       column * job.out_pitch.column) = sum;
    }
  }
}

template <std::size_t bytes, int rows, int most, class T>
[[gnu::always_inline]] inline void tile_together(const ConvolutionJob<T>& job, Index y, Index x,
                                                 Index columns) {
  if constexpr (most >= 1) {
    if (columns == most) {
      tile_together<bytes, rows, most>(job, y, x);
    } else {
      tile_together<bytes, rows, most - 1>(job, y, x, columns);
    }
  }
}

/// The plane is cut into tiles as even as their number allows; two rows at once where a row is short.
template <std::size_t bytes, class T>
[[gnu::always_inline]] inline void together(const ConvolutionJob<T>& job) {
  constexpr int most = most_sums;
  const Index tiles = (job.width + most - 1) / most;
  Index y = 0;
  if (job.width <= most / 2) {
    for (; y + 1 < job.height; y += 2) tile_together<bytes, 2, most / 2>(job, y, 0, job.width);
  }
  for (; y < job.height; ++y) {
    for (Index tile = 0; tile < tiles; ++tile) {
      const Index x = tile * job.width / tiles;
      tile_together<bytes, 1, most>(job, y, x, (tile + 1) * job.width / tiles - x);
    }
  }
}

template <std::size_t bytes, int vectors, class T>
[[gnu::always_inline]] inline void piece_of_line(const ConvolutionJob<T>& job, Index c, Index first,
                                                 T* line) {
  Tile<bytes, 1, vectors, T> tile;
  tile.accumulate(job, c, job.in + first, 0, VectorOf<T, bytes>::lanes);
#pragma GCC unroll 8
  for (int i = 0; i < vectors; ++i)
    vector_at<bytes>(line + first + i * VectorOf<T, bytes>::lanes) = tile.sums[i];
}

template <std::size_t bytes, int most, class T>
[[gnu::always_inline]] inline void piece_of_line(const ConvolutionJob<T>& job, Index c, Index first,
                                                 Index vectors, T* line) {
  if constexpr (most >= 1) {
    if (vectors >= most) {
      piece_of_line<bytes, most>(job, c, first, line);
    } else {
      piece_of_line<bytes, most - 1>(job, c, first, vectors, line);
    }
  }
}

template <std::size_t bytes, class T>
[[gnu::always_inline]] inline void single(const ConvolutionJob<T>& job, T* line) {
  constexpr int most = most_sums;
  const Index places = (job.height - 1) * job.in_step.row + job.width;
  const Finish<T>& finish = job.finish;
  for (Index c = 0; c < job.channels; ++c) {
    for (Index first = 0; first < places; first += most * VectorOf<T, bytes>::lanes) {
      piece_of_line<bytes, most>(
          job, c, first, (places - first + VectorOf<T, bytes>::lanes - 1) / VectorOf<T, bytes>::lanes, line);
    }
    for (Index y = 0; y < job.height; ++y) {
      const T* const sums = line + y * job.in_step.row;
      T* const out = job.out + c * job.out_pitch.channel + y * job.out_pitch.row;
      const T* const addend =
          finish.addend +
          (finish.addend == nullptr ? 0 : c * finish.addend_pitch.channel + y * finish.addend_pitch.row);
      for (Index x = 0; x < job.width; ++x) {
        T sum = sums[x];
        if (finish.addend != nullptr) sum += addend[x];
        using Kind = typename Finish<T>::Kind;
        if (finish.kind == Kind::relu) sum = sum <= 0 ? 0 : sum;
        if (finish.kind == Kind::leaky_relu) sum = sum <= 0 ? finish.a * sum : sum;
        if (finish.kind == Kind::clip) sum = sum < finish.a ? finish.a : sum > finish.b ? finish.b : sum;
        out[x] = sum;
      }
    }
  }
}

// The same code for three instruction sets.

template <class T>
[[gnu::target("avx512f,fma")]] void together_avx512(const ConvolutionJob<T>& job) {
  together<avx512_bytes>(job);
}
template <class T>
[[gnu::target("avx512f,fma")]] void single_avx512(const ConvolutionJob<T>& job, T* line) {
  single<avx512_bytes>(job, line);
}
template <class T>
[[gnu::target("avx2,fma")]] void together_avx2(const ConvolutionJob<T>& job) {
  together<avx2_bytes>(job);
}
template <class T>
[[gnu::target("avx2,fma")]] void single_avx2(const ConvolutionJob<T>& job, T* line) {
  single<avx2_bytes>(job, line);
}
template <class T>
void together_portable(const ConvolutionJob<T>& job) {
  together<portable_bytes>(job);
}
template <class T>
void single_portable(const ConvolutionJob<T>& job, T* line) {
  single<portable_bytes>(job, line);
}

}  // namespace

std::vector<Instructions> available_instructions() {
  std::vector<Instructions> available;
  if (__builtin_cpu_supports("avx512f") != 0) available.push_back(Instructions::avx512);
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) {
    available.push_back(Instructions::avx2);
  }
  available.push_back(Instructions::portable);
  return available;
}

std::string name_of(Instructions instructions) {
  switch (instructions) {
    case Instructions::avx512:
      return "avx512";
    case Instructions::avx2:
      return "avx2";
    case Instructions::portable:
      break;
  }
  return "portable";
}

template <class T>
ConvolutionKernel<T> convolution_kernel(Instructions instructions) {
  switch (instructions) {
    case Instructions::avx512:
      return {together_avx512<T>, single_avx512<T>, avx512_bytes / sizeof(T)};
    case Instructions::avx2:
      return {together_avx2<T>, single_avx2<T>, avx2_bytes / sizeof(T)};
    case Instructions::portable:
      break;
  }
  return {together_portable<T>, single_portable<T>, portable_bytes / sizeof(T)};
}

template ConvolutionKernel<float> convolution_kernel<float>(Instructions);
template ConvolutionKernel<double> convolution_kernel<double>(Instructions);

}  // namespace simplicit::kernels
