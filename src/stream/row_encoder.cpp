#include "leeway/stream/detail/row_encoder.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "stream/category_key.hpp"

namespace leeway::inline v1::stream::detail {
namespace {

constexpr auto kMissingNumber = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());

std::uint64_t encode_number(const Value& value) noexcept {
  const bool misfit = value.type() == Value::Type::malformed || value.type() == Value::Type::text;
  return misfit ? kMalformedNumber : std::bit_cast<std::uint64_t>(value.number());
}

}  // namespace

std::uint64_t load_word(const std::byte* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

void store_word(std::uint64_t word, std::byte* to) noexcept { std::memcpy(to, &word, sizeof(word)); }

RowEncoder::RowEncoder(const profile::Profile& profile)
    : all_numeric_(true), keys_(std::make_shared<const CategoryKeys>()) {
  for (const profile::FeatureProfile& feature : profile.features()) {
    const bool categorical = leeway::is_categorical(feature.axis);
    categorical_.push_back(categorical);
    missing_.push_back(categorical ? kMissingKey : kMissingNumber);
    all_numeric_ &= !categorical;
  }
}

std::uint64_t RowEncoder::encode(std::size_t feature, const Value& value) const noexcept {
  return is_categorical(feature) ? keys_->of(value) : encode_number(value);
}

void RowEncoder::encode_row(std::span<const double> row, std::byte* to) const noexcept {
  std::memcpy(to, row.data(), row.size_bytes());
  if (all_numeric_) return;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (is_categorical(i)) store_word(keys_->of_number(row[i]), to + i * sizeof(std::uint64_t));
  }
}

void RowEncoder::encode_missing(std::byte* to) const noexcept {
  std::memcpy(to, missing_.data(), missing_.size() * sizeof(std::uint64_t));
}

}  // namespace leeway::inline v1::stream::detail
