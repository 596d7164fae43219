#include <simplicit/base/error.hpp>

#include <catch2/catch.hpp>
#include <model/raw_model_file.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <fstream>
#include <functional>
#include <limits>
#include <random>

using namespace simplicit;
using namespace simplicit::test;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Spoiled {
  std::string what;
  std::string message;  ///< part of what the user is told
  std::function<void(RawModelFile&)> spoil;
};

const std::vector<Spoiled> spoiled_files{
    {"no format", "has no attribute 'format'", [](RawModelFile& f) { f.format.reset(); }},
    {"states", "is a states file, a model is expected",
     [](RawModelFile& f) { f.format = "simplicit-states"; }},
    {"foreign", "has format 'other'", [](RawModelFile& f) { f.format = "other"; }},
    {"future", "format_version 2", [](RawModelFile& f) { f.format_version = 2; }},
    {"activation", "activation 'swish'", [](RawModelFile& f) { f.activation = "swish"; }},
    {"bias", "'bias' is 7", [](RawModelFile& f) { f.bias = 7; }},
    {"kappa 1", "'kappa'", [](RawModelFile& f) { f.kappa = 1; }},
    {"kappa nan", "'kappa'", [](RawModelFile& f) { f.kappa = nan; }},
    {"parameters", "baseline_parameters", [](RawModelFile& f) { f.baseline_parameters = 0; }},
    {"provenance", "not JSON", [](RawModelFile& f) { f.provenance = "{"; }},
    {"no B", "B", [](RawModelFile& f) { f.matrices.erase("B"); }},
    {"encoding", "csc_matrix", [](RawModelFile& f) { f.matrices["A"].encoding = "csc_matrix"; }},
    {"one size", "shape of 1 sizes", [](RawModelFile& f) { f.matrices["A"].shape = {12}; }},
    {"negative", "impossible size -3", [](RawModelFile& f) { f.matrices["A"].shape[0] = -3; }},
    {"huge", "impossible size", [](RawModelFile& f) { f.matrices["A"].shape[1] = std::int64_t{1} << 40; }},
    {"more rows", "entries", [](RawModelFile& f) { f.matrices["A"].shape[0] = 2000000000; }},
    {"not square", "not square", [](RawModelFile& f) { f.matrices["A"].shape[1] = 13; }},
    {"misfit", "do not fit", [](RawModelFile& f) { f.matrices["D"].shape[1] = 100; }},
    {"no input", "no input",
     [](RawModelFile& f) {
       f.bias = 1;
       for (const std::string name : {"B", "D"}) {
         RawCsr& csr = f.matrices[name];
         csr = RawCsr(SparseMatrix(csr.shape[0], 1));
       }
     }},
    {"short data", "A/indices", [](RawModelFile& f) { f.matrices["A"].data.pop_back(); }},
    {"too many", "more entries", [](RawModelFile& f) { f.matrices["C"].data.resize(49); }},
    {"start", "does not begin with 0", [](RawModelFile& f) { f.matrices["A"].indptr[0] = 1; }},
    {"falls", "falls at row", [](RawModelFile& f) { f.matrices["A"].indptr[1] = 1 << 30; }},
    {"negative start", "falls at row", [](RawModelFile& f) { f.matrices["A"].indptr[1] = -5; }},
    {"end", "ends at", [](RawModelFile& f) { f.matrices["A"].indptr.back() += 1; }},
    {"column", "out of range", [](RawModelFile& f) { f.matrices["B"].indices[0] = 7; }},
    {"negative column", "out of range", [](RawModelFile& f) { f.matrices["B"].indices[0] = -1; }},
    {"descends", "does not ascend",
     [](RawModelFile& f) { std::swap(f.matrices["B"].indices[0], f.matrices["B"].indices[1]); }},
    {"twice", "does not ascend",
     [](RawModelFile& f) { f.matrices["B"].indices[1] = f.matrices["B"].indices[0]; }},
    {"nan", "not finite", [](RawModelFile& f) { f.matrices["D"].data[2] = nan; }},
    {"zero", "explicit zero", [](RawModelFile& f) { f.matrices["D"].data[2] = 0; }},
    {"ball", "above kappa", [](RawModelFile& f) { f.matrices["A"].data[2] *= 3; }},
    {"scale length", "state_scale", [](RawModelFile& f) { f.state_scale.pop_back(); }},
    {"scale sign", "state_scale", [](RawModelFile& f) { f.state_scale[0] = -1; }},
    {"rows missing", "dual", [](RawModelFile& f) { f.row_reals.erase("dual"); }},
    {"rows length", "rows/status", [](RawModelFile& f) { f.row_counts["status"].push_back(0); }},
    {"status", "unknown status", [](RawModelFile& f) { f.row_counts["status"][0] = 5; }},
    {"count", "negative", [](RawModelFile& f) { f.row_counts["nonzeros"][0] = -1; }},
};

}  // namespace

TEST_CASE("A model file with one fault is refused, naming the file and the fault") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  const RawModelFile sound(random_model({.norm = 0.94}, 5));
  sound.write(path);
  REQUIRE_NOTHROW(read_model(path));
  for (const Spoiled& spoiled : spoiled_files) {
    INFO(spoiled.what);
    RawModelFile file = sound;
    spoiled.spoil(file);
    file.write(path);
    CHECK_THROWS_AS(read_model(path), InputError);
    CHECK_THROWS_WITH(read_model(path), Catch::Contains("model.h5") && Catch::Contains(spoiled.message));
  }
}

TEST_CASE("What is no model file is refused") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  CHECK_THROWS_AS(read_model(path), InputError);
  std::ofstream(path) << "not HDF5";
  CHECK_THROWS_AS(read_model(path), InputError);
  write_states_file(path, random_states({}, 1));
  CHECK_THROWS_WITH(read_model(path), Catch::Contains("is a states file, a model is expected"));
}

TEST_CASE("Arbitrary numbers in the index arrays lead to a sound model or to a refusal") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  const RawModelFile sound(random_model({.norm = 0.5}, 6));
  std::mt19937_64 engine(7);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(engine() % bound); };
  int refused = 0;
  for (int round = 0; round < 200; ++round) {
    RawModelFile file = sound;
    RawCsr& csr = file.matrices[std::string(1, "ABCD"[below(4)])];
    switch (below(4)) {
      case 0:
        csr.indptr[below(csr.indptr.size())] = static_cast<std::int64_t>(engine()) >> below(64);
        break;
      case 1:
        csr.indices[below(csr.indices.size())] = static_cast<std::int32_t>(engine() >> (32 + below(32)));
        break;
      case 2:
        csr.shape[below(2)] = static_cast<std::int64_t>(engine()) >> below(64);
        break;
      default:
        csr.indices.resize(below(2 * csr.indices.size()));
        break;
    }
    file.write(path);
    try {
      const ImplicitModel model = read_model(path);
      CHECK(model.norm_a_inf() <= model.kappa * (1 + 1e-9));
    } catch (const InputError&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
}
