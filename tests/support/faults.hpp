#pragma once

#include <simplicit/base/error.hpp>

#include <string>

namespace simplicit {

/// What a step says is wrong with its input, or "no fault".
template <class Step>
[[nodiscard]] std::string fault_of(const Step& step) {
  try {
    step();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no fault";
}

}  // namespace simplicit
