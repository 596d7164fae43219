#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/values.hpp>

#include <array>
#include <span>

namespace simplicit {
namespace {

// Everything about a model but its arrays.
struct Head {
  std::int64_t states = 0, outputs = 0, input_columns = 0;
  std::array<std::int64_t, 4> nonzeros{};  ///< of A, B, C, D
  std::int64_t baseline_parameters = 0;    ///< 0: not known
  std::int64_t baseline_connections = 0;   ///< 0: not known
  std::int64_t rows = 0;                   ///< of the rows table
  Activation activation;
  bool bias = false;
  double kappa = 0;
  std::string provenance;  ///< JSON

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& states& outputs& input_columns;
    for (std::int64_t& count : nonzeros) archive& count;
    archive& baseline_parameters& baseline_connections& rows;
    archive& activation.kind& activation.slope;
    archive& bias& kappa;
    archive_list(archive, provenance);
  }
};

Head head_of(const ImplicitModel& model) {
  return {model.states(),
          model.outputs(),
          model.B.cols(),
          {model.A.nonZeros(), model.B.nonZeros(), model.C.nonZeros(), model.D.nonZeros()},
          model.baseline_parameters.value_or(0),
          model.baseline_connections.value_or(0),
          std::ssize(model.rows.primal),
          model.activation,
          model.bias,
          model.kappa,
          model.provenance.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

void take_head(ImplicitModel& model, const Head& head) {
  model.activation = head.activation;
  model.bias = head.bias;
  model.kappa = head.kappa;
  model.provenance = nlohmann::json::parse(head.provenance);
  model.baseline_parameters.reset();
  if (head.baseline_parameters > 0) model.baseline_parameters = head.baseline_parameters;
  model.baseline_connections.reset();
  if (head.baseline_connections > 0) model.baseline_connections = head.baseline_connections;
}

template <class T>
void broadcast_array(T* values, Index count, const Communicator& ranks) {
  ranks.broadcast(std::span<T>(values, static_cast<std::size_t>(count)));
}

void broadcast_matrix(SparseMatrix& matrix, Index rows, Index cols, Index nonzeros,
                      const Communicator& ranks) {
  if (!ranks.is_root()) {
    matrix.resize(rows, cols);
    matrix.resizeNonZeros(nonzeros);
  }
  broadcast_array(matrix.outerIndexPtr(), rows + 1, ranks);
  broadcast_array(matrix.innerIndexPtr(), nonzeros, ranks);
  broadcast_array(matrix.valuePtr(), nonzeros, ranks);
}

void broadcast_rows(ImplicitModel::Rows& rows, Index count, const Communicator& ranks) {
  for (std::vector<double>* column : {&rows.primal, &rows.dual, &rows.relative_gap, &rows.seconds}) {
    column->resize(static_cast<std::size_t>(count));
    broadcast_array(column->data(), count, ranks);
  }
  for (std::vector<std::int64_t>* column : {&rows.status, &rows.iterations, &rows.nonzeros}) {
    column->resize(static_cast<std::size_t>(count));
    broadcast_array(column->data(), count, ranks);
  }
}

}  // namespace

void broadcast_model(ImplicitModel& model, const Communicator& ranks) {
  Head head = head_of(model);
  broadcast_value(ranks, head);
  take_head(model, head);
  broadcast_matrix(model.A, head.states, head.states, head.nonzeros[0], ranks);
  broadcast_matrix(model.B, head.states, head.input_columns, head.nonzeros[1], ranks);
  broadcast_matrix(model.C, head.outputs, head.states, head.nonzeros[2], ranks);
  broadcast_matrix(model.D, head.outputs, head.input_columns, head.nonzeros[3], ranks);
  model.state_scale.conservativeResize(head.states);
  broadcast_array(model.state_scale.data(), head.states, ranks);
  broadcast_rows(model.rows, head.rows, ranks);
}

ImplicitModel read_model(const std::string& path, const Communicator& ranks) {
  ImplicitModel model;
  on_root(ranks, [&] { model = read_model(path); });
  broadcast_model(model, ranks);
  return model;
}

}  // namespace simplicit
