// Files made and read by h5py, what most people will hand us. Left out where python3 has no h5py.
#include <simplicit/states/states_file.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <cstdlib>
#include <fstream>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::optional<std::string> python_with_h5py() {
  for (const std::string python : {"/usr/bin/python3", "python3"}) {
    if (std::system((python + " -c 'import h5py, numpy' >/dev/null 2>&1").c_str()) == 0) return python;
  }
  return std::nullopt;
}

/// Runs the script in the directory; its exit code.
int run_script(const std::string& python, const TemporaryDirectory& directory, const std::string& script) {
  std::ofstream(directory / "script.py") << "import h5py, numpy as np\n" << script;
  return std::system(("cd '" + directory.path() + "' && " + python + " script.py").c_str());
}

constexpr const char* common_arrays = R"(
m, p, n, q = 20, 5, 7, 3
U = np.arange(m * p, dtype=float).reshape(m, p) / 8
Z = np.arange(m * n, dtype=float).reshape(m, n) / 4 - 10
X = np.maximum(Z, 0)
Y = np.arange(m * q, dtype=float).reshape(m, q) / 2
)";

Matrix arange(Index rows, Index samples, double divisor, double shift) {
  return Matrix::NullaryExpr(rows, samples, [&](Index row, Index sample) {
    return static_cast<double>(sample * rows + row) / divisor - shift;
  });
}

void check_samples(const StatesHeader& header) {
  const SampleSlab slab = SampleReader(header).read(0, 20, {});
  const Matrix Z = arange(7, 20, 4, 10);
  CHECK(slab.U == arange(5, 20, 8, 0));
  CHECK(slab.Z == Z);
  CHECK(slab.X == Z.cwiseMax(0));
  CHECK(slab.Y == arange(3, 20, 2, 0));
}

}  // namespace

TEST_CASE("states written by h5py in any of its ways are read") {
  const auto python = python_with_h5py();
  if (!python) {
    WARN("python3 has no h5py: not tested");
    return;
  }
  const TemporaryDirectory directory;
  REQUIRE(run_script(*python, directory, std::string(common_arrays) + R"(
with h5py.File('plain.h5', 'w') as f:
    f['U'], f['X'], f['Z'], f['Y'] = U, X, Z, Y
with h5py.File('compressed.h5', 'w') as f:
    f.attrs['activation'] = np.bytes_('relu')
    f.attrs['bias'] = np.bool_(True)
    f.attrs['baseline_parameters'] = np.uint16(99)
    for name, value in dict(U=U, X=X, Z=Z, Y=Y).items():
        f.create_dataset(name, data=value.astype('f4'), chunks=(6, 2), compression='gzip', shuffle=True,
                         fletcher32=True)
    f['labels'] = (np.arange(m) % q).astype('u1')
with h5py.File('foreign.h5', 'w', libver='latest') as f:
    f.attrs['format'] = 'simplicit-states'
    f.attrs['format_version'] = np.array([1], dtype='i1')
    f.attrs['bias'] = np.int8(0)
    f.create_dataset('U', data=(8 * U).astype('u1'), chunks=True, maxshape=(None, p))
    f.create_dataset('X', data=X.astype('>f8'))
    f.create_dataset('Z', data=Z.astype('f4'))
    f.create_dataset('Y', data=Y.astype('f2'), chunks=(m, 1))
    f['layer_sizes'] = np.array([3, 4], dtype='>i2')
    f['state_scale'] = np.full(n, 0.5, dtype='f4')
with h5py.File('lzf.h5', 'w') as f:
    f['U'], f['X'], f['Y'] = U, X, Y
    f.create_dataset('Z', data=Z, compression='lzf')
)") == 0);

  const StatesHeader plain = read_states_header(directory / "plain.h5");
  CHECK(plain.precision == Precision::float64);
  CHECK_FALSE(plain.baseline_parameters);
  check_samples(plain);

  const StatesHeader compressed = read_states_header(directory / "compressed.h5");
  CHECK(compressed.precision == Precision::float32);
  CHECK(compressed.bias);
  CHECK(compressed.baseline_parameters == 99);
  CHECK(compressed.has_labels);
  check_samples(compressed);

  // float16, integers and big-endian numbers
  const StatesHeader foreign = read_states_header(directory / "foreign.h5");
  const SampleSlab slab = SampleReader(foreign).read(0, 20, {});
  CHECK_FALSE(foreign.bias);
  CHECK(foreign.precision == Precision::float64);
  CHECK(foreign.layer_sizes == std::vector<Index>{3, 4});
  CHECK(*foreign.state_scale == Vector::Constant(7, 0.5));
  CHECK(slab.U == arange(5, 20, 1, 0));
  CHECK(slab.X == arange(7, 20, 4, 10).cwiseMax(0));
  CHECK(slab.Z == arange(7, 20, 4, 10));
  CHECK(slab.Y == arange(3, 20, 2, 0));

  CHECK_THROWS_WITH(read_states_header(directory / "lzf.h5"),
                    Catch::Contains("dataset 'Z' is compressed with filter 32000 (lzf)"));
}

TEST_CASE("h5py reads what we write") {
  const auto python = python_with_h5py();
  if (!python) {
    WARN("python3 has no h5py: not tested");
    return;
  }
  const TemporaryDirectory directory;
  const StatesFileContent content = random_states({20, 5, 7, 3}, 1, Precision::float32, true);
  write_states_file(directory / "states.h5", content);
  std::ofstream sum(directory / "sum.txt");
  sum.precision(17);
  sum << content.U(4, 19) << ' ' << content.X(0, 1);
  sum.close();
  CHECK(run_script(*python, directory, R"(
with h5py.File('states.h5') as f:
    u, x = map(float, open('sum.txt').read().split())
    assert f.attrs['format'] == 'simplicit-states', f.attrs['format']
    assert f.attrs['format_version'] == 1 and f.attrs['bias'] == 1
    assert f['U'].shape == (20, 5) and f['U'].dtype == np.float32
    assert f['U'][19, 4] == np.float32(u) and f['X'][1, 0] == np.float32(x)
    assert list(f['labels'][:4]) == [0, 1, 2, 0]
)") == 0);
}
