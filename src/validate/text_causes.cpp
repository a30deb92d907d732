// Causes by spelling: letter case, blanks, accents, character sets, cut ends, numbers written otherwise.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "validate/text_forms.hpp"
#include "validate/trials.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr double kNoText = -1;  // a text that occurs on neither side

/// Codes of a feature's training values after a change of their texts.
class Rewritten {
 public:
  template <class Change>
  Rewritten(const Trials& trials, Change change) : training_(trials.feature().training) {
    std::unordered_map<std::string_view, double> codes;
    const std::vector<std::string>& texts = trials.aligned().texts;
    for (std::size_t code = 0; code < texts.size(); ++code) codes.emplace(texts[code], static_cast<double>(code));
    for (const double value : training_) {
      if (std::isnan(value) || targets_.contains(value)) continue;
      const auto found = codes.find(std::string_view(buffer_ = change(texts[static_cast<std::size_t>(value)])));
      targets_.emplace(value, found != codes.end() ? found->second : kNoText);
    }
  }

  double operator()(std::size_t i) const { return std::isnan(training_[i]) ? training_[i] : targets_.at(training_[i]); }

 private:
  const std::vector<double>& training_;
  std::unordered_map<double, double> targets_;
  std::string buffer_;
};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// The length to which most differing texts were cut, or none.
std::optional<double> cut_length(const Trials& trials) {
  const std::vector<std::string>& texts = trials.aligned().texts;
  std::vector<double> lengths;
  for (const std::uint32_t i : trials.differing()) {
    const double t = trials.feature().training[i];
    const double s = trials.feature().serving[i];
    if (std::isnan(t) || std::isnan(s)) continue;
    const std::string& serving = texts[static_cast<std::size_t>(s)];
    if (texts[static_cast<std::size_t>(t)].starts_with(serving)) lengths.push_back(static_cast<double>(serving.size()));
  }
  if (lengths.empty()) return {};
  return mode_of(std::move(lengths));
}

void try_cut(Trials& trials) {
  const auto length = cut_length(trials);
  if (!length) return;
  const auto bytes = static_cast<std::size_t>(*length);
  const Rewritten rewritten(trials, [bytes](const std::string& text) { return std::string(cut(text, bytes)); });
  trials.add({Cause::truncation, 6, {{"length", *length}}, std::cref(rewritten)});
}

/// Whether both texts of differing entities are the same to `key`.
template <class Key>
void try_relation(Trials& trials, Cause cause, double bits, Attribution::Parameter parameter, Key key) {
  const AlignedFeature& feature = trials.feature();
  const std::vector<std::string>& texts = trials.aligned().texts;
  trials.add_relation(cause, bits, {std::move(parameter)}, [&](std::size_t i) {
    if (std::isnan(feature.training[i]) || std::isnan(feature.serving[i])) return false;
    return key(texts[static_cast<std::size_t>(feature.training[i])],
               texts[static_cast<std::size_t>(feature.serving[i])]);
  });
}

bool same_folded(const std::string& a, const std::string& b) { return folded(a) == folded(b); }

bool same_number(const std::string& a, const std::string& b) {
  const auto x = number_of(a);
  return x && x == number_of(b);
}

}  // namespace

void try_texts(Trials& trials) {
  double bits = 2;
  for (const TextForm& form : text_forms()) {
    const Rewritten rewritten(trials, form.apply);
    trials.add({Cause::category_encoding, bits, {{"how", std::string(form.name)}}, std::cref(rewritten)});
    bits += 0.5;
  }
  try_cut(trials);
  try_relation(trials, Cause::category_encoding, 8, {"how", std::string("letter case, blanks or accents")},
               same_folded);
  try_relation(trials, Cause::type_cast, 4, {"type", std::string("numbers written otherwise")}, same_number);
}

}  // namespace leeway::inline v1::validate::detail
