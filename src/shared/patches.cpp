#include <simplicit/shared/patches.hpp>

#include <algorithm>
#include <set>

namespace simplicit {
namespace {

/// The places out = begin .. end - 1 along one axis at which a tap lies inside the plane.
struct Inside {
  Index begin, end;
};

Inside inside(Index tap, const Window& window, std::size_t axis, Index extent, Index places) {
  const Index offset = tap * window.dilation[axis] - window.before[axis];
  const Index stride = window.stride[axis];
  const Index begin = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const Index last = extent - 1 - offset;
  const Index end = last < 0 ? 0 : last / stride + 1;
  return {std::min(begin, places), std::clamp(end, std::min(begin, places), places)};
}

/// One tap of a convolution at all positions of one sample.
void copy_tap(const WeightedOperator& op, const float* plane, Index row, Index column, double* out) {
  const Window& window = op.window;
  const Inside rows = inside(row, window, 0, op.height, op.out_height);
  const Inside columns = inside(column, window, 1, op.width, op.out_width);
  std::fill_n(out, rows.begin * op.out_width, 0.0);
  for (Index y = rows.begin; y < rows.end; ++y) {
    double* line = out + y * op.out_width;
    const Index from_y = y * window.stride[0] + row * window.dilation[0] - window.before[0];
    const float* from = plane + from_y * op.width + column * window.dilation[1] - window.before[1];
    std::fill(line, line + columns.begin, 0.0);
    for (Index x = columns.begin; x < columns.end; ++x)
      line[x] = static_cast<double>(from[x * window.stride[1]]);
    std::fill(line + columns.end, line + op.out_width, 0.0);
  }
  std::fill(out + rows.end * op.out_width, out + op.positions(), 0.0);
}

void add_convolution(const WeightedOperator& op, Index group, const float* input, Index samples, double* out,
                     Index leading_dimension) {
  const Index inner = op.in_channels / op.groups;
  const Index plane = op.height * op.width;
  for (Index channel = 0; channel < inner; ++channel) {
    for (Index row = 0; row < op.window.size[0]; ++row) {
      for (Index column = 0; column < op.window.size[1]; ++column) {
        for (Index s = 0; s < samples; ++s) {
          const float* from = input + (s * op.in_channels + group * inner + channel) * plane;
          copy_tap(op, from, row, column, out + s * op.positions());
        }
        out += leading_dimension;
      }
    }
  }
}

void add_dense(const WeightedOperator& op, const float* input, Index samples, double* out,
               Index leading_dimension) {
  const Index rows = samples * op.positions();
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < op.in_channels; ++j) {
      out[i + j * leading_dimension] = static_cast<double>(input[i * op.in_channels + j]);
    }
  }
}

}  // namespace

std::vector<RowClass> row_classes(const LayeredNetwork& network, const Layer& layer) {
  const Index channels = network.channels(layer);
  std::set<Index> cuts{channels};
  for (const std::size_t i : layer.operators) {
    const Index size = channels / network.operators[i].groups;
    for (Index cut = size; cut < channels; cut += size) cuts.insert(cut);
  }
  std::vector<RowClass> classes;
  Index first = 0;
  for (const Index cut : cuts) {
    RowClass rows{first, cut - first, {}};
    for (const std::size_t i : layer.operators) {
      rows.groups.push_back(first / (channels / network.operators[i].groups));
    }
    classes.push_back(std::move(rows));
    first = cut;
  }
  return classes;
}

void build_patches(const LayeredNetwork& network, const Layer& layer, const RowClass& rows,
                   const std::vector<const float*>& inputs, Index samples, double* out,
                   Index leading_dimension) {
  for (std::size_t k = 0; k < layer.operators.size(); ++k) {
    const WeightedOperator& op = network.operators[layer.operators[k]];
    if (op.dense) {
      add_dense(op, inputs[k], samples, out, leading_dimension);
    } else {
      add_convolution(op, rows.groups[k], inputs[k], samples, out, leading_dimension);
    }
    out += op.taps() * leading_dimension;
  }
  if (layer.bias) std::fill_n(out, samples * network.positions(layer), 1.0);
}

void gather_channels(const WeightedOperator& op, const float* values, Index samples, Index first,
                     Index channels, double* out, Index leading_dimension) {
  const Index positions = op.positions();
  for (Index c = 0; c < channels; ++c) {
    double* column = out + c * leading_dimension;
    for (Index s = 0; s < samples; ++s) {
      const float* sample = values + s * op.channels * positions;
      for (Index t = 0; t < positions; ++t) {
        const Index entry = op.dense ? t * op.channels + first + c : (first + c) * positions + t;
        column[s * positions + t] = static_cast<double>(sample[entry]);
      }
    }
  }
}

}  // namespace simplicit
