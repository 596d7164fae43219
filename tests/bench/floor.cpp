// The arithmetic that no solver of this kind can do without, measured on this machine and these rows: one
// dsyrk for G, one dgemm for R = Phi^T Z, one product Phi^T rho for the certificates, one Cholesky
// factorisation of each row's final support. Prints JSON. With --rounds N it prints the floor of data mode
// instead: N products Phi^T rho and the factorisations.
//
//     bench_floor states.h5 model.h5 [--rounds N]

#include <simplicit/base/timer.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/session.hpp>
#include <simplicit/states/store.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);

using namespace simplicit;

namespace {

Matrix widened(const StoredMatrix& stored) {
  Matrix matrix(stored.rows, stored.cols);
  copy_block(stored, 0, 0, stored.rows, stored.cols, matrix.data(), stored.rows);
  return matrix;
}

// The better of three runs: the floor should be what the machine can do, not what disturbed it.
template <class Work>
double best_seconds(const Work& work) {
  double best = 1e300;
  for (int run = 0; run < 3; ++run) {
    const Timer timer;
    work();
    best = std::min(best, timer.seconds());
  }
  return best;
}

std::vector<int> support(const ImplicitModel& model, Index row) {
  std::vector<int> columns;
  const bool ab = row < model.states();
  const Index i = ab ? row : row - model.states();
  const auto states = static_cast<int>(model.states());
  for (SparseMatrix::InnerIterator it(ab ? model.A : model.C, i); it; ++it)
    columns.push_back(static_cast<int>(it.col()));
  for (SparseMatrix::InnerIterator it(ab ? model.B : model.D, i); it; ++it) {
    columns.push_back(states + static_cast<int>(it.col()));
  }
  return columns;
}

// LAPACK's own, which does not become faster with ours.
bool lapack_cholesky(Index size, double* factor) {
  const int order = static_cast<int>(size);
  int info = 0;
  dpotrf_("U", &order, factor, &order, &info);
  return info == 0;
}

double cholesky_seconds(const Matrix& phi, const ImplicitModel& model) {
  double seconds = 0;
  for (Index row = 0; row < model.states() + model.outputs(); ++row) {
    const std::vector<int> columns = support(model, row);
    const auto size = static_cast<Index>(columns.size());
    if (size == 0) continue;
    Matrix part(phi.rows(), size);
    for (Index k = 0; k < size; ++k) part.col(k) = phi.col(columns[static_cast<std::size_t>(k)]);
    Matrix gram(size, size);
    blas::syrk_upper(size, phi.rows(), 1, part.data(), phi.rows(), 0, gram.data(), size);
    gram.diagonal() *= 1 + 1e-10;
    Matrix factor = gram;
    const Timer timer;
    if (!lapack_cholesky(size, factor.data()))
      std::fprintf(stderr, "row %ld: singular\n", static_cast<long>(row));
    seconds += timer.seconds();
  }
  return seconds;
}

}  // namespace

int main(int argc, char** argv) {
  Session session(argc, argv);
  if (argc != 3 && argc != 5) {
    std::fprintf(stderr, "usage: bench_floor states.h5 model.h5 [--rounds N]\n");
    return 2;
  }
  blas::use_one_thread();
  const double rounds = argc == 5 ? std::atof(argv[4]) : 1;
  const Communicator self = Communicator::self();
  const StateStore store(self, read_states_header(argv[1], self));
  const ImplicitModel model = read_model(argv[2]);
  const Matrix phi = widened(store.phi());
  const Matrix targets = widened(store.targets());
  const Index m = phi.rows();
  const Index d = phi.cols();
  const Index rows = targets.cols();
  Matrix correlations(d, rows);
  const double product = best_seconds([&] {
    blas::gemm(true, false, d, rows, m, 1, phi.data(), m, targets.data(), m, 0, correlations.data(), d);
  });
  const double cholesky = cholesky_seconds(phi, model);
  nlohmann::json floor{{"cholesky", cholesky}, {"product", product}};
  if (argc == 5) {
    floor["floor"] = rounds * product + cholesky;
  } else {
    Matrix gram(d, d);
    const double syrk = best_seconds([&] { blas::syrk_upper(d, m, 1, phi.data(), m, 0, gram.data(), d); });
    floor["syrk"] = syrk;
    floor["dsyrk_gflops"] =
        static_cast<double>(m) * static_cast<double>(d) * static_cast<double>(d + 1) / syrk * 1e-9;
    floor["floor"] = syrk + 2 * product + cholesky;
  }
  std::printf("%s\n", floor.dump().c_str());
  return 0;
}
