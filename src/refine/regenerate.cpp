#include "refine/regenerate.hpp"

#include <simplicit/infer/own_blocks.hpp>

#include <cmath>
#include <span>
#include <vector>

namespace simplicit {
namespace {

// Samples first .. first + count - 1 of `columns` features, (columns x count).
Matrix samples_of(const StoredMatrix& matrix, Index first_column, Index columns, Index first, Index count) {
  Matrix block(count, columns);
  copy_block(matrix, first, first_column, count, columns, block.data(), count);
  return block.transpose();
}

Matrix inputs_of(const StateStore& store, Index first, Index count) {
  return samples_of(store.phi(), store.header().states, store.header().inputs, first, count);
}

struct BlockScore {
  std::int64_t agreements = 0;
  double state_error2 = 0, state_norm2 = 0, output_error2 = 0, output_norm2 = 0;
};

BlockScore score_block(const FixedPoint& fixed_point, const StateStore& store, Index first, Index count) {
  const Index n = store.header().states;
  const Index q = store.header().outputs;
  const Matrix U = inputs_of(store, first, count);
  FixedPointEvidence evidence;
  const Matrix X = fixed_point.solve(U, evidence);
  const Matrix Y = fixed_point.outputs(X, U);
  const Matrix baseline_X = samples_of(store.phi(), 0, n, first, count);
  const Matrix baseline_Y = samples_of(store.targets(), n, q, first, count);
  BlockScore score;
  score.state_error2 = (X - baseline_X).squaredNorm();
  score.state_norm2 = baseline_X.squaredNorm();
  score.output_error2 = (Y - baseline_Y).squaredNorm();
  score.output_norm2 = baseline_Y.squaredNorm();
  for (Index sample = 0; sample < count; ++sample) {
    Index own = 0;
    Index of_baseline = 0;
    Y.col(sample).maxCoeff(&own);
    baseline_Y.col(sample).maxCoeff(&of_baseline);
    score.agreements += own == of_baseline ? 1 : 0;
  }
  return score;
}

double ratio(double error2, double norm2) {
  return norm2 > 0 ? std::sqrt(error2 / norm2) : std::sqrt(error2);
}

}  // namespace

void regenerate_states(const Communicator& ranks, const FixedPoint& fixed_point, StateStore& store) {
  agree(ranks, [&] {
    for_each_own_block(store.node(), store.phi().rows, [&](Index first, Index count) {
      FixedPointEvidence evidence;
      store.write_states(first, fixed_point.solve(inputs_of(store, first, count), evidence));
    });
  });
  store.fence();
}

HeldOutScore score_held_out(const Communicator& ranks, const FixedPoint& fixed_point,
                            const StateStore& store) {
  const Index samples = store.phi().rows;
  std::vector<BlockScore> scores;
  agree(ranks, [&] {
    for_each_own_block(ranks, samples, [&](Index first, Index count) {
      scores.push_back(score_block(fixed_point, store, first, count));
    });
  });
  BlockScore total;
  for (const BlockScore& score : ranks.gather(std::span<const BlockScore>(scores))) {
    total.agreements += score.agreements;
    total.state_error2 += score.state_error2;
    total.state_norm2 += score.state_norm2;
    total.output_error2 += score.output_error2;
    total.output_norm2 += score.output_norm2;
  }
  ranks.broadcast(total);
  return {static_cast<double>(total.agreements) / static_cast<double>(samples),
          ratio(total.state_error2, total.state_norm2), ratio(total.output_error2, total.output_norm2)};
}

}  // namespace simplicit
