#pragma once

#include <string>
#include <vector>

namespace simplicit::report {

// gnuplot commands for axes that fit the numbers shown. `axis` is 'x' or 'y'. Numbers that are not finite
// are passed over; an axis without numbers is left to gnuplot.

/// Range and evenly spaced ticks for percentages, with a margin and inside 0 to 100. What lies more than
/// `depth` below the largest number may leave the picture: differences among the best are what matters.
[[nodiscard]] std::string percent_axis(char axis, const std::vector<double>& numbers, double depth = 100);

/// A logarithmic axis with ticks at 1, 2, 5, 10, 20, ... or at powers of ten where those are many.
[[nodiscard]] std::string log_axis(char axis, const std::vector<double>& numbers);

/// Ticks where the numbers are, but for those too close to the one before to be told apart.
[[nodiscard]] std::string ticks_at(char axis, std::vector<double> numbers);

}  // namespace simplicit::report
