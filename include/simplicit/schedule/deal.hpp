#pragma once

#include <simplicit/parallel/communicator.hpp>

#include <functional>
#include <string>
#include <vector>

namespace simplicit {

/// Does one unit of work and returns its result as bytes. Calls `between` often, which keeps messages moving
/// and throws Abandoned when the unit is to be given up.
using DoUnit = std::function<std::string(Index unit, const std::function<void()>& between)>;
/// Called on root with each result, in order of arrival.
using UnitDone = std::function<void(Index unit, const std::string& result)>;

/// Deals units of work whose costs nobody knows out over the ranks, one at a time on request, in the order
/// given; root works too and answers between its own steps (collective, the same units on all ranks).
///
/// `give_up` is asked on every rank; true abandons the units in flight. Returns on all ranks alike whether
/// every unit was done. An exception on any rank is thrown on all, after the units under way. Results depend
/// on the units alone as long as `work` does.
[[nodiscard]] bool deal(const Communicator& ranks, const std::vector<Index>& units, const DoUnit& work,
                        const UnitDone& done, const std::function<bool()>& give_up);

}  // namespace simplicit
