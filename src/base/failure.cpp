#include <simplicit/base/failure.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <ios>
#include <new>
#include <stdexcept>
#include <system_error>

namespace simplicit {
namespace {

template <class T>
bool is_a(const std::exception& exception) {
  return dynamic_cast<const T*>(&exception) != nullptr;
}

/// What a library threw, in our words: its own say nothing to a user.
Failure failure_of_library(const std::exception& exception) {
  if (is_a<std::bad_alloc>(exception)) return {ExitCode::failed, "out of memory"};
  if (is_a<std::length_error>(exception)) {
    return {ExitCode::failed, "out of memory: more was asked for than any memory holds"};
  }
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&exception)) {
    return {ExitCode::failed, file->path1().string() + ": " + file->code().message()};
  }
  if (is_a<std::ios_base::failure>(exception)) {
    return {ExitCode::failed, "a file could not be read or written"};
  }
  if (const auto* system = dynamic_cast<const std::system_error*>(&exception)) {
    return {ExitCode::failed, system->code().message()};
  }
  if (is_a<nlohmann::json::exception>(exception)) {
    return {ExitCode::bad_input, "a record in JSON is not of the form that is expected"};
  }
  return {ExitCode::failed, "something of an unexpected form was met; this is a fault of the program"};
}

}  // namespace

std::optional<Failure> failure_of(const std::function<void()>& step) {
  try {
    step();
    return std::nullopt;
  } catch (const Error& error) {
    return Failure{error.code(), error.what()};
  } catch (const std::exception& exception) {
    return failure_of_library(exception);
  } catch (...) {
    return Failure{ExitCode::failed, "an exception without a message"};
  }
}

void raise(const Failure& failure) {
  throw Error(failure.code, failure.message);
}

}  // namespace simplicit
