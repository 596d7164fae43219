// How long certificates take on one core: bench_certify MODEL STATES SAMPLES EPSILON [LEVEL] [DOMAINS].
//
// Prints, for the samples decided rightly, the time of the bounds a sample, that of branch and bound a sample
// it gets, the slowest sample, and beside them the floor: the products of one backward pass in single
// precision, 2 (n^2 / 2 + n p) operations a margin and q - 1 margins a sample, at the speed of one large
// product.
#include <simplicit/base/timer.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/robustness/certify.hpp>
#include <simplicit/states/states_file.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using namespace simplicit;

constexpr Index block = 64;

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double single_precision_rate() {
  constexpr Index size = 1024;
  const Eigen::MatrixXf A = Eigen::MatrixXf::Random(size, size);
  Eigen::MatrixXf C = A;
  const double start = cpu_seconds();
  for (int k = 0; k < 4; ++k) {
    blas::gemm(false, false, size, size, size, 1.0F, A.data(), size, A.data(), size, 0.0F, C.data(), size);
  }
  return 4 * 2.0 * size * size * size / (cpu_seconds() - start);
}

struct Counts {
  std::array<Index, 4> of{};
  void add(RobustStatus status) { ++of[static_cast<std::size_t>(status)]; }
};

void run(const ImplicitModel& model, const SampleSlab& slab, double epsilon,
         const CertifySettings& settings) {
  Perturbation perturbation = plain_perturbation(model.inputs());
  perturbation.range = InputRange{Vector::Zero(model.inputs()), Vector::Ones(model.inputs())};
  double start = cpu_seconds();
  const Certifier certifier(model, perturbation, settings);
  std::printf("set up %.3f s\n", cpu_seconds() - start);

  const Index samples = slab.U.cols();
  std::vector<RobustStatus> status;
  start = cpu_seconds();
  for (Index first = 0; first < samples; first += block) {
    const Index count = std::min(block, samples - first);
    const auto labels =
        std::span(slab.labels).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    const auto some =
        certifier.by_bounds(slab.U.middleCols(first, count), labels, Vector::Constant(count, epsilon));
    status.insert(status.end(), some.begin(), some.end());
  }
  const double bounds = cpu_seconds() - start;
  Counts by_bounds;
  for (const RobustStatus s : status) by_bounds.add(s);

  double search = 0;
  double slowest = 0;
  Index slowest_sample = -1;
  Index domains = 0;
  Index most_domains = 0;
  Counts final;
  for (Index k = 0; k < samples; ++k) {
    RobustStatus& s = status[static_cast<std::size_t>(k)];
    if (s == RobustStatus::open) {
      const double begun = cpu_seconds();
      const RobustVerdict verdict =
          certifier.verdict(slab.U.col(k), slab.labels[static_cast<std::size_t>(k)], epsilon);
      const double took = cpu_seconds() - begun;
      s = verdict.status;
      search += took;
      domains += verdict.domains;
      if (took > slowest) {
        slowest = took;
        slowest_sample = k;
        most_domains = verdict.domains;
      }
    }
    final.add(s);
  }
  const auto share = [&](Index count) {
    return 100 * static_cast<double>(count) / static_cast<double>(samples);
  };
  const auto left = static_cast<double>(std::max<Index>(by_bounds.of[3], 1));
  const double backward =
      2.0 * static_cast<double>((model.A.nonZeros() + model.B.nonZeros()) * (model.outputs() - 1));
  std::printf("epsilon %g: bounds certify %.1f %%, %.3f ms a sample (floor of one backward pass %.3f ms)\n",
              epsilon, share(by_bounds.of[1]), 1e3 * bounds / static_cast<double>(samples),
              1e3 * backward / single_precision_rate());
  std::printf("  certified %.1f %%, attacked %.1f %%, open %.1f %%, misclassified %.1f %%\n",
              share(final.of[1]), share(final.of[2]), share(final.of[3]), share(final.of[0]));
  std::printf(
      "  %lld left to search: %.2f ms and %.0f domains each; slowest: sample %lld, %.2f s, %lld domains\n",
      static_cast<long long>(by_bounds.of[3]), 1e3 * search / left, static_cast<double>(domains) / left,
      static_cast<long long>(slowest_sample), slowest, static_cast<long long>(most_domains));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  blas::use_one_thread();
  const ImplicitModel model = read_model(argv[1]);
  const StatesHeader header = read_states_header(argv[2]);
  const Index samples = std::min<Index>(std::atoll(argv[3]), header.samples);
  const SampleSlab slab = SampleReader(header).read(0, samples, {.X = false, .Z = false, .Y = false});
  CertifySettings settings;
  if (argc > 5) settings.level = certify_level_from_name(argv[5]);
  if (argc > 6) settings.most_domains = std::atoll(argv[6]);
  run(model, slab, std::atof(argv[4]), settings);
}
