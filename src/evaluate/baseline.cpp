#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/baseline/distribute.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/evaluate/baseline.hpp>
#include <simplicit/model/expand.hpp>
#include <simplicit/model/states_network.hpp>
#include <simplicit/states/implicit_form.hpp>

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

namespace simplicit {
namespace {

ImplicitModel implicit_model_of(const Mlp& mlp) {
  const ImplicitForm form = exact_implicit_form(mlp, std::vector<double>(mlp.hidden_layers(), 1));
  ImplicitModel model;
  model.A = form.A.sparseView();
  model.B = form.B.sparseView();
  model.C = form.C.sparseView();
  model.D = form.D.sparseView();
  model.activation = mlp.activation;
  model.bias = mlp.bias();
  return model;
}

ImplicitModel implicit_model_of_network(const StatesHeader& header) {
  SharedModel shared;
  shared.network = read_layered_network(header);
  return expanded(shared, header.path + ": dataset 'network'");
}

}  // namespace

std::optional<Mlp> baseline_of(const Communicator& ranks, const StatesHeader& header) {
  if (!header.has_baseline) return std::nullopt;
  Mlp mlp;
  on_root(ranks, [&] {
    mlp = read_baseline_group(hdf5::File::open(header.path));
    if (mlp.inputs() != header.inputs || mlp.outputs() != header.outputs) {
      throw InputError(header.path + ": group 'baseline' has " + std::to_string(mlp.inputs()) +
                       " inputs and " + std::to_string(mlp.outputs()) + " outputs, the samples have " +
                       std::to_string(header.inputs) + " and " + std::to_string(header.outputs));
    }
  });
  broadcast(ranks, mlp);
  return mlp;
}

std::optional<ImplicitModel> implicit_baseline(const Communicator& ranks, const StatesHeader& header) {
  if (const std::optional<Mlp> mlp = baseline_of(ranks, header)) return implicit_model_of(*mlp);
  if (!header.has_network) return std::nullopt;
  ImplicitModel model;
  const std::optional<Failure> failure = failure_of([&] { model = implicit_model_of_network(header); });
  const bool everywhere = ranks.max(failure ? 1.0 : 0.0) == 0;
  if (everywhere) return model;
  if (failure && ranks.is_root()) {
    spdlog::warn("the network that the states come from stays out of the comparison: {}", failure->message);
  }
  return std::nullopt;
}

}  // namespace simplicit
