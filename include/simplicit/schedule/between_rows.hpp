#pragma once

#include <functional>
#include <utility>

namespace simplicit {

/// What a solve calls between its rows, so that messages move meanwhile; run_blocks says what that is.
class BetweenRows {
 public:
  void operator()() const {
    if (serve_) serve_();
  }

  /// As long as it lives, `serve` is what a call does.
  class Serving {
   public:
    Serving(BetweenRows& between_rows, std::function<void()> serve) : between_rows_(between_rows) {
      between_rows_.serve_ = std::move(serve);
    }
    ~Serving() { between_rows_.serve_ = {}; }
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

   private:
    BetweenRows& between_rows_;
  };

 private:
  std::function<void()> serve_;
};

}  // namespace simplicit
