// Holding rows against a contract before the model sees them, against copying them.
//
//   contract_row/F        RowValidator::check() of rows of floats, a range for each feature / memcpy of each row
//   contract_row_mixed/F  the same where a quarter of the features are integers or codes, and a quarter have a mean
//   contract_row_bad/F    ranges alone, where one row in two breaks one
// All rows but those of _bad are fine. Both sides take turns over 64 rows that stay in the cache; times are per row.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/validate/row_validator.hpp"
#include "support.hpp"

namespace {

using bench::Timings;
using leeway::validate::RowValidator;
using leeway::validate::SchemaBuilder;

constexpr std::size_t kRows = 64;
constexpr std::size_t kPasses = 200;

RowValidator validator_of(std::size_t features, bool mixed) {
  SchemaBuilder builder;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < features; ++i) {
    names.push_back("f" + std::to_string(i));
    if (mixed && i % 8 == 0) {
      builder.integer(names.back()).range(-100, 100);
    } else if (mixed && i % 8 == 1) {
      builder.integer(names.back()).one_of({"1", "2", "3"});
    } else {
      builder.number(names.back()).not_missing().range(-100, 100);
      if (mixed && i % 4 == 2) builder.mean(-1, 1);
    }
  }
  return *RowValidator::make(*builder.build(), names);
}

std::vector<float> rows_of(std::size_t features, bool mixed, bool bad) {
  std::vector<float> values = bench::draw<float>(bench::kRecipes[0], kRows * features, 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (mixed && i % features % 8 < 2) values[i] = 2;
  }
  for (std::size_t row = 0; bad && row < kRows; row += 2) values[row * features + features / 2] = 1000;
  return values;
}

void check_rows(benchmark::State& state, std::size_t features, bool mixed, bool bad) {
  const std::vector<float> rows = rows_of(features, mixed, bad);
  std::vector<float> copy(rows.size());
  RowValidator validator = validator_of(features, mixed);
  std::size_t broken = 0;
  Timings ours, peer;
  for (auto _ : state) {
    peer.time(kPasses, kRows, [&] {
      for (std::size_t i = 0; i < kRows; ++i) {
        std::memcpy(&copy[i * features], &rows[i * features], features * sizeof(float));
        benchmark::ClobberMemory();
      }
    });
    state.SetIterationTime(ours.time(kPasses, kRows, [&] {
      for (std::size_t i = 0; i < kRows; ++i)
        broken += validator.check(std::span<const float>(&rows[i * features], features)) ? 1U : 0U;
    }));
  }
  state.counters["ours_ns"] = ours.median();
  state.counters["peer_ns"] = peer.median();
  state.counters["ratio"] = ours.median() / peer.median();
  state.counters["turns"] = ours.turns();
  if (broken != (bad ? validator.rows() / 2 : 0)) state.SkipWithError("other rows were broken than those that are");
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const std::size_t features : {16u, 64u, 256u}) {
    const std::string name = std::to_string(features);
    bench::add("contract_row/" + name, check_rows, features, false, false);
    bench::add("contract_row_mixed/" + name, check_rows, features, true, false);
    bench::add("contract_row_bad/" + name, check_rows, features, false, true);
  }
  return bench::describe();
}();

}  // namespace
