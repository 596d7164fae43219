#pragma once

namespace simplicit {

/// Called first of all: a standard stream that the caller has closed is replaced, so that no file of ours
/// gets its number and the words meant for it. Nothing can be written to the replaced standard output.
void open_standard_streams();

/// Throws SystemError when what was printed did not reach the standard output (a full disk, a reader that is
/// gone): results that nobody got.
void require_printed();

}  // namespace simplicit
