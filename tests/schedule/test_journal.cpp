#include "schedule/journal_record.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/schedule/journal.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace simplicit;

namespace {

const std::string header = R"({"settings": 1})";
const std::vector<std::string> some_records{"first", "", std::string(300, '\0') + "second", "last"};

std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void write_journal(const std::string& path, const std::vector<std::string>& records) {
  Journal journal(path, header);
  for (const std::string& record : records) journal.append(record);
  journal.synchronise();
}

JournalContent content_of(const std::string& path) {
  JournalContent content;
  const Journal journal(path, content);
  return content;
}

/// The records whose last byte lies within the first `bytes` bytes of the file.
std::size_t whole_records_within(std::size_t bytes) {
  std::size_t end = journal_first_line.size() + framed(header, 0).bytes.size();
  std::size_t count = 0;
  for (const std::string& record : some_records) {
    end += framed(record, 0).bytes.size();
    if (end > bytes) break;
    ++count;
  }
  return count;
}

std::string refusal(const std::string& path) {
  try {
    (void)content_of(path);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a journal gives back its header and records, and grows after reopening") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  write_journal(path, some_records);
  {
    JournalContent content;
    Journal journal(path, content);
    CHECK(content.header == header);
    CHECK(content.records == some_records);
    CHECK(content.torn_bytes == 0);
    journal.append("one more");
  }
  auto expected = some_records;
  expected.emplace_back("one more");
  CHECK(content_of(path).records == expected);
}

TEST_CASE("a new journal holds its header at once and leaves nothing beside it") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  const Journal journal(path, header);
  CHECK(bytes_of(path) == std::string(journal_first_line) + framed(header, 0).bytes);
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("cut at any byte, a journal gives the whole records before the cut or is refused") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  write_journal(path, some_records);
  const std::string whole = bytes_of(path);
  const std::size_t header_end = journal_first_line.size() + framed(header, 0).bytes.size();
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    INFO("cut at " << cut);
    write_bytes(path, whole.substr(0, cut));
    if (cut < header_end) {
      CHECK(refusal(path).find(path) == 0);
      CHECK(bytes_of(path).size() == cut);
      continue;
    }
    const auto count = static_cast<std::ptrdiff_t>(whole_records_within(cut));
    const JournalContent content = content_of(path);
    CHECK(content.header == header);
    CHECK(content.records == std::vector<std::string>(some_records.begin(), some_records.begin() + count));
    CHECK(content.torn_bytes == cut - bytes_of(path).size());

    {  // what is appended after the cut is found again
      JournalContent again;
      Journal(path, again).append("after the cut");
    }
    CHECK(content_of(path).records.size() == static_cast<std::size_t>(count) + 1);
    CHECK(content_of(path).records.back() == "after the cut");
  }
}

TEST_CASE("a changed byte anywhere is refused") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  write_journal(path, some_records);
  const std::string whole = bytes_of(path);
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const int change : {1, 128, 255}) {
      INFO("byte " << place << " changed by " << change);
      std::string changed = whole;
      changed[place] = static_cast<char>(changed[place] ^ change);
      write_bytes(path, changed);
      CHECK(refusal(path).find(path) == 0);
      CHECK(bytes_of(path) == changed);
    }
  }
}

TEST_CASE("a changed byte in a journal with a torn tail is refused, or lies in the tail") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  write_journal(path, some_records);
  const std::string whole = bytes_of(path);
  const std::size_t kept = framed(some_records.back(), 0).bytes.size();
  for (const std::size_t missing : {std::size_t{1}, kept - 3, kept - 20}) {
    const std::string torn = whole.substr(0, whole.size() - missing);
    const std::size_t tail = whole.size() - kept;
    for (std::size_t place = 0; place < torn.size(); ++place) {
      INFO(missing << " bytes missing, byte " << place << " changed");
      std::string changed = torn;
      changed[place] = static_cast<char>(changed[place] ^ 16);
      write_bytes(path, changed);
      if (place < tail) {
        CHECK(refusal(path).find(path) == 0);
      } else if (refusal(path).empty()) {
        CHECK(content_of(path).records ==
              std::vector<std::string>(some_records.begin(), some_records.end() - 1));
      }
    }
  }
}

TEST_CASE("records that were removed, moved or taken from another journal are refused") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  write_journal(path, {"aaaa", "bbbb", "cccc"});
  const std::string whole = bytes_of(path);
  const std::size_t each = framed("aaaa", 0).bytes.size();
  const std::size_t start = whole.size() - 3 * each;
  const std::string a = whole.substr(start, each);
  const std::string b = whole.substr(start + each, each);
  const std::string c = whole.substr(start + 2 * each);
  for (const std::string& records : {a + c, b + a + c, a + a + b + c, a + c + b}) {
    write_bytes(path, whole.substr(0, start) + records);
    CHECK(refusal(path).find("damaged") != std::string::npos);
  }
}

TEST_CASE("what is no journal, or in use, or there already, is refused") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  CHECK(refusal(path).find("cannot be opened") != std::string::npos);
  CHECK(refusal(directory.path()).find(directory.path()) == 0);
  write_bytes(path, "simplicit-journal 2\n and more");
  CHECK(refusal(path).find("not a simplicit journal") != std::string::npos);
  CHECK_THROWS_AS(Journal(path, header), InputError);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(Journal(directory / "nowhere/a.journal", header), InputError);
  const Journal journal(path, header);
  CHECK(refusal(path).find("in use") != std::string::npos);
}

TEST_CASE("a disk that takes no more leaves the records before, and says so") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.journal";
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  {
    Journal journal(path, header);
    journal.append("small");
    rlimit tight = before;
    tight.rlim_cur = bytes_of(path).size() + 100;
    setrlimit(RLIMIT_FSIZE, &tight);
    CHECK_THROWS_AS(journal.append(std::string(1000, 'x')), SystemError);
    journal.append("fits");
    setrlimit(RLIMIT_FSIZE, &before);
  }
  std::signal(SIGXFSZ, handler);
  const JournalContent content = content_of(path);
  CHECK(content.records == std::vector<std::string>{"small", "fits"});
  CHECK(content.torn_bytes == 0);
}
