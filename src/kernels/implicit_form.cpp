#include "kernels/expansion.hpp"

#include <limits>
#include <stdexcept>

namespace simplicit::kernels {

ImplicitSize implicit_size(const Program& program) {
  Counting space(program.tensors[0].entries());
  const Rows<Counting> outputs = Expansion<Counting>(program, space).run();
  return space.size(outputs);
}

ImplicitForm implicit_form(const Program& program) {
  const ImplicitSize size = implicit_size(program);
  if (size.nonzeros > std::numeric_limits<int>::max()) {
    throw std::invalid_argument("its rows hold more than 2147483647 numbers");
  }
  Building space(program.tensors[0].entries(), size.states);
  Expansion<Building> expansion(program, space);
  const Rows<Building> outputs = expansion.run();
  ImplicitForm form = space.form(outputs);
  form.phi = expansion.phi();
  return form;
}

}  // namespace simplicit::kernels
