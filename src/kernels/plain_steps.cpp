#include "kernels/plain_steps.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace simplicit::kernels {
namespace {

/// visit(channel, row, entries of `in`, entries of `out`, how many numbers) for every row of two tensors of
/// one shape.
template <class T, class Visit>
void for_each_row(const Tensor<T>& in, const Tensor<T>& out, const Visit& visit) {
  const Index numbers = out.shape.width * out.pitch.column;
  for (Index c = 0; c < out.shape.channels; ++c) {
    for (Index y = 0; y < out.shape.height; ++y) {
      visit(c, y, in.at + c * in.pitch.channel + y * in.pitch.row,
            out.at + c * out.pitch.channel + y * out.pitch.row, numbers);
    }
  }
}

template <class T, class Function>
void map(const Tensor<T>& in, const Tensor<T>& out, const Function& function) {
  for_each_row(in, out, [&](Index, Index, const T* from, T* to, Index numbers) {
    for (Index i = 0; i < numbers; ++i) to[i] = function(from[i]);
  });
}

/// The part of a window that lies on the plane, along one axis.
struct Span {
  Index begin, end;  ///< taps
  Index first;       ///< where tap 0 lies, which may be outside
};
Span span_of(const Window& window, std::size_t axis, Index place, Index length) {
  const Index first = place * window.stride[axis] - window.before[axis];
  const Index step = window.dilation[axis];
  const Index begin = first >= 0 ? 0 : (-first + step - 1) / step;
  const Index end = std::min(window.size[axis], first >= length ? 0 : (length - 1 - first) / step + 1);
  return {begin, std::max(begin, end), first};
}

/// join(result, entry) over the entries of every window, then finish(result, entries of the window).
template <class T, class Join, class Complete>
void pool(const Tensor<T>& in, const Window& window, const Tensor<T>& out, T start, const Join& join,
          const Complete& complete) {
  const Index numbers = out.pitch.column;
  for (Index c = 0; c < out.shape.channels; ++c) {
    for (Index y = 0; y < out.shape.height; ++y) {
      const Span rows = span_of(window, 0, y, in.shape.height);
      for (Index x = 0; x < out.shape.width; ++x) {
        const Span columns = span_of(window, 1, x, in.shape.width);
        T* const to = out.at + c * out.pitch.channel + y * out.pitch.row + x * numbers;
        std::fill_n(to, numbers, start);
        for (Index i = rows.begin; i < rows.end; ++i) {
          for (Index j = columns.begin; j < columns.end; ++j) {
            const T* const from = in.at + c * in.pitch.channel +
                                  (rows.first + i * window.dilation[0]) * in.pitch.row +
                                  (columns.first + j * window.dilation[1]) * in.pitch.column;
            for (Index lane = 0; lane < numbers; ++lane) to[lane] = join(to[lane], from[lane]);
          }
        }
        complete(to, (rows.end - rows.begin) * (columns.end - columns.begin));
      }
    }
  }
}

template <class T, class Function>
void combine_by(const Tensor<T>& first, const Tensor<T>& second, const Tensor<T>& out,
                const Function& function) {
  const bool a_number_a_plane = second.shape != first.shape;
  const Index together = out.pitch.column;
  for_each_row(first, out, [&](Index c, Index y, const T* from, T* to, Index numbers) {
    const T* with = second.at + c * second.pitch.channel;
    if (a_number_a_plane) {
      for (Index x = 0; x < numbers; x += together) {
        for (Index lane = 0; lane < together; ++lane) to[x + lane] = function(from[x + lane], with[lane]);
      }
      return;
    }
    with += y * second.pitch.row;
    for (Index i = 0; i < numbers; ++i) to[i] = function(from[i], with[i]);
  });
}

template <class T>
T clipped(T x, T least, T most) {
  return x < least ? least : x > most ? most : x;
}

}  // namespace

template <class T>
void scale_channels(const Tensor<T>& in, const std::vector<T>& factor, const std::vector<T>& shift,
                    const Tensor<T>& out) {
  for_each_row(in, out, [&](Index c, Index, const T* from, T* to, Index numbers) {
    const T scale = factor[static_cast<std::size_t>(c)];
    const T constant = shift[static_cast<std::size_t>(c)];
    for (Index i = 0; i < numbers; ++i) to[i] = scale * from[i] + constant;
  });
}

template <class T>
void combine(Combine::Kind kind, const Tensor<T>& first, const Tensor<T>& second, const Tensor<T>& out) {
  switch (kind) {
    case Combine::Kind::sum:
      return combine_by(first, second, out, std::plus<T>());
    case Combine::Kind::difference:
      return combine_by(first, second, out, std::minus<T>());
    case Combine::Kind::product:
      return combine_by(first, second, out, std::multiplies<T>());
    case Combine::Kind::quotient:
      return combine_by(first, second, out, std::divides<T>());
    case Combine::Kind::maximum:
      return combine_by(first, second, out, [](T a, T b) { return a < b ? b : a; });
    case Combine::Kind::minimum:
      return combine_by(first, second, out, [](T a, T b) { return b < a ? b : a; });
  }
}

template <class T>
void max_pool(const Tensor<T>& in, const Window& window, const Tensor<T>& out) {
  pool(
      in, window, out, std::numeric_limits<T>::lowest(), [](T a, T b) { return a < b ? b : a; },
      [](T*, Index) {});
}

template <class T>
void average_pool(const Tensor<T>& in, const Window& window, bool counts_padding, const Tensor<T>& out) {
  const Index area = window.size[0] * window.size[1];
  pool(in, window, out, T{0}, std::plus<T>(), [&](T* sums, Index inside) {
    const T share = T{1} / static_cast<T>(counts_padding ? area : std::max<Index>(inside, 1));
    for (Index lane = 0; lane < out.pitch.column; ++lane) sums[lane] *= share;
  });
}

template <class T>
void place(const Tensor<T>& in, Index first_channel, Index down, Index right, const Tensor<T>& out) {
  const Index numbers = in.shape.width * in.pitch.column;
  for (Index c = 0; c < in.shape.channels; ++c) {
    for (Index y = 0; y < in.shape.height; ++y) {
      std::copy_n(in.at + c * in.pitch.channel + y * in.pitch.row, numbers,
                  out.at + (c + first_channel) * out.pitch.channel + (y + down) * out.pitch.row +
                      right * out.pitch.column);
    }
  }
}

template <class T>
void reshape(const Tensor<T>& in, const Tensor<T>& out) {
  const Index area = out.shape.height * out.shape.width;
  Index entry = 0;
  for (Index c = 0; c < in.shape.channels; ++c) {
    for (Index y = 0; y < in.shape.height; ++y) {
      for (Index x = 0; x < in.shape.width; ++x, ++entry) {
        const Index place = entry % area;
        std::copy_n(in.at + c * in.pitch.channel + y * in.pitch.row + x * in.pitch.column, in.pitch.column,
                    out.at + entry / area * out.pitch.channel + place / out.shape.width * out.pitch.row +
                        place % out.shape.width * out.pitch.column);
      }
    }
  }
}

template <class T>
T value_of(const Pointwise& function, T x) {
  const T a = static_cast<T>(function.a);
  const T b = static_cast<T>(function.b);
  switch (function.kind) {
    case Pointwise::Kind::relu:
      return x <= 0 ? T{0} : x;
    case Pointwise::Kind::leaky_relu:
      return x <= 0 ? a * x : x;
    case Pointwise::Kind::clip:
      return clipped(x, a, b);
    case Pointwise::Kind::tanh:
      return std::tanh(x);
    case Pointwise::Kind::sigmoid:
      return T{1} / (T{1} + std::exp(-x));
    case Pointwise::Kind::erf:
      return std::erf(x);
    case Pointwise::Kind::exponential:
      return std::exp(x);
    case Pointwise::Kind::square_root:
      return std::sqrt(x);
    case Pointwise::Kind::hard_sigmoid:
      return clipped(a * x + b, T{0}, T{1});
    case Pointwise::Kind::hard_swish:
      return x * clipped(x / T{6} + T{0.5}, T{0}, T{1});
    case Pointwise::Kind::elu:
      return x <= 0 ? a * std::expm1(x) : x;
    case Pointwise::Kind::affine:
      break;
  }
  return a * x + b;
}

template <class T>
void apply(const Pointwise& function, const Tensor<T>& in, const Tensor<T>& out) {
  switch (function.kind) {  // the cheap ones without asking again for every entry
    case Pointwise::Kind::relu:
      return map(in, out, [](T x) { return x <= 0 ? T{0} : x; });
    case Pointwise::Kind::affine:
      return map(in, out,
                 [a = static_cast<T>(function.a), b = static_cast<T>(function.b)](T x) { return a * x + b; });
    default:
      return map(in, out, [&](T x) { return value_of(function, x); });
  }
}

template <class T>
void softmax(const Tensor<T>& in, bool logarithm, const Tensor<T>& out) {
  const Index numbers = in.shape.width * in.pitch.column;
  for (Index y = 0; y < in.shape.height; ++y) {
    const T* const from = in.at + y * in.pitch.row;
    T* const to = out.at + y * out.pitch.row;
    for (Index i = 0; i < numbers; ++i) {
      T largest = from[i];
      for (Index c = 1; c < in.shape.channels; ++c)
        largest = std::max(largest, from[c * in.pitch.channel + i]);
      T sum = 0;
      for (Index c = 0; c < in.shape.channels; ++c) {
        const T shifted = from[c * in.pitch.channel + i] - largest;
        to[c * out.pitch.channel + i] = logarithm ? shifted : std::exp(shifted);
        sum += std::exp(shifted);
      }
      const T log_sum = std::log(sum);
      for (Index c = 0; c < in.shape.channels; ++c) {
        T& result = to[c * out.pitch.channel + i];
        result = logarithm ? result - log_sum : result / sum;
      }
    }
  }
}

#define SIMPLICIT_PLAIN_STEPS(T)                                                               \
  template void scale_channels(const Tensor<T>&, const std::vector<T>&, const std::vector<T>&, \
                               const Tensor<T>&);                                              \
  template void combine(Combine::Kind, const Tensor<T>&, const Tensor<T>&, const Tensor<T>&);  \
  template void max_pool(const Tensor<T>&, const Window&, const Tensor<T>&);                   \
  template void average_pool(const Tensor<T>&, const Window&, bool, const Tensor<T>&);         \
  template void place(const Tensor<T>&, Index, Index, Index, const Tensor<T>&);                \
  template void reshape(const Tensor<T>&, const Tensor<T>&);                                   \
  template T value_of(const Pointwise&, T);                                                    \
  template void apply(const Pointwise&, const Tensor<T>&, const Tensor<T>&);                   \
  template void softmax(const Tensor<T>&, bool, const Tensor<T>&);
SIMPLICIT_PLAIN_STEPS(float)
SIMPLICIT_PLAIN_STEPS(double)
#undef SIMPLICIT_PLAIN_STEPS

}  // namespace simplicit::kernels
