#include <simplicit/base/error.hpp>
#include <simplicit/kernels/implicit_form.hpp>
#include <simplicit/layers/kernel_program.hpp>
#include <simplicit/model/expand.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace simplicit {
namespace {

/// Of an entry while rows are built, and again in the matrices.
constexpr double bytes_a_nonzero = 48;
constexpr double bytes_a_row = 128;

kernels::Program program_of(const SharedModel& model, const std::string& path) {
  std::optional<kernels::Program> program = kernel_program(model.network);
  if (program) return std::move(*program);
  throw InputError(
      path +
      ": cannot be written out as x = phi(A x + B u): it has an operator that is not affine and no "
      "activation of one kind");
}

[[noreturn]] void refuse(const std::string& path, const std::invalid_argument& reason) {
  throw InputError(path + ": cannot be written out as x = phi(A x + B u): " + reason.what());
}

ExpansionSize size_of(const kernels::Program& program) {
  const kernels::ImplicitSize size = kernels::implicit_size(program);
  return {size.states, size.nonzeros,
          bytes_a_nonzero * size.nonzeros + bytes_a_row * static_cast<double>(size.states)};
}

}  // namespace

ExpansionSize expansion_size(const SharedModel& model, const std::string& path) {
  const kernels::Program program = program_of(model, path);
  try {
    return size_of(program);
  } catch (const std::invalid_argument& reason) {
    refuse(path, reason);
  }
}

ImplicitModel expanded(const SharedModel& model, const std::string& path) {
  const kernels::Program program = program_of(model, path);
  try {
    const ExpansionSize size = size_of(program);
    require_room(
        fmt::format("{}: writing out {} states with {:.4g} nonzeros", path, size.states, size.nonzeros),
        static_cast<std::size_t>(size.bytes), false, 0);
    kernels::ImplicitForm form = kernels::implicit_form(program);
    ImplicitModel result;
    result.A = std::move(form.A);
    result.B = std::move(form.B);
    result.C = std::move(form.C);
    result.D = std::move(form.D);
    result.activation = form.phi;
    result.bias = true;
    result.kappa = std::numeric_limits<double>::infinity();
    result.baseline_parameters = model.baseline_parameters;
    result.state_scale = Vector::Ones(result.A.rows());
    result.provenance = model.provenance;
    return result;
  } catch (const std::invalid_argument& reason) {
    refuse(path, reason);
  }
}

}  // namespace simplicit
