#include <simplicit/base/failure.hpp>

#include <new>

namespace simplicit {

std::optional<Failure> failure_of(const std::function<void()>& step) {
  try {
    step();
    return std::nullopt;
  } catch (const Error& error) {
    return Failure{error.code(), error.what()};
  } catch (const std::bad_alloc&) {
    return Failure{ExitCode::failed, "out of memory"};
  } catch (const std::exception& error) {
    return Failure{ExitCode::failed, error.what()};
  } catch (...) {
    return Failure{ExitCode::failed, "an exception without a message"};
  }
}

void raise(const Failure& failure) {
  throw Error(failure.code, failure.message);
}

}  // namespace simplicit
