#include "stream/category_key.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace leeway::inline v1::stream::detail {
namespace {

constexpr std::size_t kLongestDecimal = 32;  // -2.2250738585072014e-308

template <class T>
CategoryKey decimal_key(T number) noexcept {
  std::array<char, kLongestDecimal> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return category_key({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

CategoryKey category_key(std::string_view text) noexcept {
  const std::uint64_t length = (std::min)(text.size(), std::size_t{255});
  const CategoryKey key = (XXH3_64bits(text.data(), text.size()) << 8) | length;
  return (std::max)(key, kMalformedKey + 1);
}

CategoryKeys::CategoryKeys() : true_(category_key("true")), false_(category_key("false")) {
  for (std::size_t i = 0; i < kSmall; ++i) small_[i] = decimal_key(i);
}

CategoryKey CategoryKeys::of_integer(std::int64_t integer) const noexcept {
  if (integer >= 0 && integer < static_cast<std::int64_t>(kSmall)) return small_[static_cast<std::size_t>(integer)];
  return decimal_key(integer);
}

CategoryKey CategoryKeys::of_number(double number) const noexcept {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (std::isnan(number)) return kMissingKey;
  if (std::fabs(number) < kExactIntegers && std::trunc(number) == number)
    return of_integer(static_cast<std::int64_t>(number));
  return decimal_key(number);
}

CategoryKey CategoryKeys::of(const Value& value) const noexcept {
  switch (value.type()) {
    case Value::Type::missing: return kMissingKey;
    case Value::Type::malformed: return kMalformedKey;
    case Value::Type::integer: return of_integer(value.integer());
    case Value::Type::number: return of_number(value.number());
    case Value::Type::boolean: return value.integer() != 0 ? true_ : false_;
    case Value::Type::text: return category_key(value.text());
  }
  return kMalformedKey;
}

CategoryIndex::CategoryIndex(const CategoryAxis& axis) {
  const std::size_t size = (std::max)(std::bit_ceil(2 * axis.size() + 1), std::size_t{2});
  shift_ = static_cast<unsigned>(64 - std::countr_zero(size));
  mask_ = size - 1;
  slots_.resize(size);
  for (std::size_t cell = 0; cell < axis.size(); ++cell) {
    const CategoryKey key = category_key(axis.values()[cell]);
    std::size_t at = key >> shift_;
    while (slots_[at].key != kMissingKey && slots_[at].key != key) at = (at + 1) & mask_;
    if (slots_[at].key == kMissingKey) slots_[at] = {key, cell};
  }
}

}  // namespace leeway::inline v1::stream::detail
