#ifndef LEEWAY_STREAM_COLUMN_HPP
#define LEEWAY_STREAM_COLUMN_HPP

#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <variant>

namespace leeway::inline v1::stream {

/// The codes of a categorical column and what they stand for: code c is dictionary[c], a negative code is missing. A
/// code beyond the dictionary is malformed.
template <class Code>
struct Dictionary {
  std::span<const Code> codes;
  std::span<const std::string_view> dictionary;
};

/// A column of a batch, borrowed: numbers (NaN is missing), texts (nullopt is missing), or codes into a dictionary.
class Column {
 public:
  using Texts = std::span<const std::optional<std::string_view>>;
  using Data = std::variant<std::span<const float>, std::span<const double>, std::span<const std::int32_t>,
                            std::span<const std::int64_t>, Texts, Dictionary<std::int8_t>, Dictionary<std::int16_t>,
                            Dictionary<std::int32_t>>;

  /// Whether an alternative of Data holds numbers.
  template <class C>
  static constexpr bool is_numeric = false;

  /// Any contiguous range of float, double, int32, int64 or optional<string_view>.
  template <std::ranges::contiguous_range R>
  requires std::constructible_from<Data, std::span<const std::ranges::range_value_t<R>>> Column(const R& values)
  noexcept
      : data_(std::span<const std::ranges::range_value_t<R>>(std::ranges::data(values), std::ranges::size(values))) {}
  template <class Code>
  requires std::constructible_from<Data, Dictionary<Code>> Column(Dictionary<Code> codes)
  noexcept : data_(codes) {}

  [[nodiscard]] const Data& data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept {
    return std::visit(
        [](const auto& values) {
          if constexpr (requires { values.codes; }) {
            return values.codes.size();
          } else {
            return values.size();
          }
        },
        data_);
  }

 private:
  Data data_;
};

template <class T>
requires std::is_arithmetic_v<T>
constexpr bool Column::is_numeric<std::span<const T>> = true;

}  // namespace leeway::inline v1::stream

#endif
