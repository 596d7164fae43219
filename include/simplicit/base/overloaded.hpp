#pragma once

namespace simplicit {

/// One callable made of several, which std::visit calls by the type it meets.
template <class... Callables>
struct Overloaded : Callables... {
  using Callables::operator()...;
};
template <class... Callables>
Overloaded(Callables...) -> Overloaded<Callables...>;

}  // namespace simplicit
