#include "robustness/sample_answer.hpp"

#include <algorithm>

namespace simplicit {
namespace {

constexpr auto number(RobustStatus status) {
  return static_cast<std::int8_t>(status);
}

// A smaller box is certified with a larger one.
void spread_down(std::vector<std::int8_t>& status) {
  for (std::size_t k = status.size(); k-- > 1;) {
    if (status[k] == number(RobustStatus::certified)) status[k - 1] = status[k];
  }
}

Bracket bracket_of(const std::vector<double>& epsilons, const std::vector<std::int8_t>& status) {
  Bracket bracket;
  for (std::size_t k = 0; k < epsilons.size(); ++k) {
    if (status[k] == number(RobustStatus::certified)) {
      bracket.certified = epsilons[k];
    } else if (!bracket.missed) {
      bracket.missed = epsilons[k];
    }
  }
  return bracket;
}

}  // namespace

std::vector<std::int8_t> block_answers(const Certifier& certifier, const Matrix& U,
                                       const std::vector<int>& labels, const std::vector<double>& epsilons) {
  const std::size_t count = epsilons.size();
  std::vector<std::int8_t> answers(labels.size() * count, number(RobustStatus::open));
  std::vector<Index> left;
  for (Index k = 0; k < U.cols(); ++k) left.push_back(k);
  for (std::size_t e = count; e-- > 0 && !left.empty();) {
    std::vector<int> labels_left;
    for (const Index k : left) labels_left.push_back(labels[static_cast<std::size_t>(k)]);
    const Matrix U_left = U(Eigen::all, left);
    const auto status =
        certifier.by_bounds(U_left, labels_left, Vector::Constant(std::ssize(left), epsilons[e]));
    std::vector<Index> still;
    for (std::size_t k = 0; k < left.size(); ++k) {
      auto* of_sample = answers.data() + static_cast<std::size_t>(left[k]) * count;
      if (status[k] == RobustStatus::open) {
        still.push_back(left[k]);
      } else {
        std::fill(of_sample, of_sample + e + 1, number(status[k]));
        if (status[k] == RobustStatus::misclassified)
          std::fill(of_sample, of_sample + count, number(status[k]));
      }
    }
    left = std::move(still);
  }
  return answers;
}

SampleAnswer sample_answer(const Certifier& certifier, const Vector& u, int label,
                           const std::vector<double>& epsilons, std::vector<std::int8_t> by_bounds,
                           bool radius, const std::function<void()>& between) {
  SampleAnswer answer{std::move(by_bounds), 0, {}, 0};
  for (std::size_t e = 0; e < epsilons.size(); ++e) {
    if (answer.status[e] != number(RobustStatus::open)) continue;
    RobustVerdict verdict = certifier.verdict(u, label, epsilons[e], between);
    answer.status[e] = number(verdict.status);
    if (verdict.status != RobustStatus::attacked) continue;
    answer.counterexample.assign(verdict.counterexample.begin(), verdict.counterexample.end());
    answer.attacked_at = static_cast<std::int32_t>(e);
    std::fill(answer.status.begin() + static_cast<std::ptrdiff_t>(e), answer.status.end(), answer.status[e]);
    break;
  }
  spread_down(answer.status);
  if (radius) answer.radius = certifier.radius(u, label, bracket_of(epsilons, answer.status), between);
  return answer;
}

}  // namespace simplicit
