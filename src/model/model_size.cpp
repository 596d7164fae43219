#include <simplicit/base/json_document.hpp>
#include <simplicit/model/model_size.hpp>

#include <fmt/format.h>

namespace simplicit {
namespace {

// Values, columns and row starts, as write_csr_group stores them.
Index bytes_of_csr(const SparseMatrix& M) {
  return M.nonZeros() * static_cast<Index>(sizeof(double) + sizeof(std::int32_t)) +
         (M.rows() + 1) * static_cast<Index>(sizeof(std::int64_t));
}

std::string bytes_text(Index bytes) {
  const auto count = static_cast<double>(bytes);
  if (count < 1e3) return fmt::format("{} bytes", bytes);
  if (count < 1e6) return fmt::format("{:.1f} kB", count / 1e3);
  return fmt::format("{:.1f} MB", count / 1e6);
}

}  // namespace

ModelSize size_of(const ImplicitModel& model) {
  ModelSize size;
  size.nonzeros = model.nonzeros();
  for (const SparseMatrix* M : {&model.A, &model.B, &model.C, &model.D}) size.bytes += bytes_of_csr(*M);
  size.baseline_parameters = model.baseline_parameters;
  if (model.baseline_parameters) {
    size.baseline_bytes = *model.baseline_parameters * static_cast<Index>(sizeof(float));
  }
  return size;
}

void add_size(const ModelSize& size, nlohmann::json& record) {
  record["nonzeros"] = size.nonzeros;
  record["baseline_parameters"] = or_null(size.baseline_parameters);
  record["bytes"] = {{"model", size.bytes}, {"baseline", or_null(size.baseline_bytes)}};
}

std::string text_of(const ModelSize& size) {
  std::string text = fmt::format("{} nonzeros ({})", size.nonzeros, bytes_text(size.bytes));
  if (!size.baseline_parameters) return text;
  text += fmt::format(", the network has {} parameters ({})", *size.baseline_parameters,
                      bytes_text(*size.baseline_bytes));
  if (size.larger_than_network()) text += ": the model is larger than the network";
  return text;
}

}  // namespace simplicit
