#pragma once

#include <simplicit/base/types.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace simplicit {

/// A count in a report may be this at most.
inline constexpr Index most_count = 1'000'000'000'000;

/// The fields of a JSON report that came from a file, each checked when it is read. Every function throws
/// InputError naming the file, the way to the field ("blocks[3].rows") and the fault.
class ReportFields {
 public:
  /// `object` must outlive this; `path` is the way to it from the whole report.
  ReportFields(const nlohmann::json& object, std::string source, std::string path = "");

  /// The fields of the object under this name.
  [[nodiscard]] ReportFields within(const std::string& name) const;
  /// A number from 0 to `most`.
  [[nodiscard]] double number(const std::string& name, double most) const;
  /// A whole number from `least` to `most`.
  [[nodiscard]] Index count(const std::string& name, Index least, Index most = most_count) const;
  [[nodiscard]] std::string text(const std::string& name) const;
  /// Whatever stands under this name.
  [[nodiscard]] const nlohmann::json& at(const std::string& name) const;
  [[noreturn]] void refuse(const std::string& what, const std::string& fault) const;

 private:
  [[nodiscard]] std::string way_to(const std::string& name) const;

  const nlohmann::json& object_;
  std::string source_;
  std::string path_;
};

}  // namespace simplicit
