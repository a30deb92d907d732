#include "cli/wording.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "leeway/base/utf8.hpp"

namespace leeway::cli {
namespace {

constexpr std::size_t kListedNames = 8;

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 15U];
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Levenshtein's distance, letter case aside, by rows of the usual table.
std::size_t edits(std::string_view a, std::string_view b, std::vector<std::size_t>& row) {
  row.resize(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = (std::min)({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

std::size_t difference(std::size_t a, std::size_t b) noexcept { return a > b ? a - b : b - a; }

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size() && i < limit) {
    const std::size_t valid = valid_utf8_prefix(text.substr(i, 4));
    const std::size_t length = valid == 0 || static_cast<unsigned char>(text[i]) < 0x80 ? 1 : valid;
    if (valid == 0 || is_control(text[i])) {
      append_escaped(out, text[i]);
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  if (i < text.size()) out += "...";
  return out;
}

std::string quoted(std::string_view text, std::size_t limit) { return '"' + printable(text, limit) + '"'; }

std::string grouped(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t count, std::string_view singular) {
  return grouped(count) + ' ' + std::string(singular) + (count == 1 ? "" : "s");
}

std::string joined(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
  return out;
}

std::string listed(std::span<const std::string> known) {
  std::string out = joined(known.first((std::min)(known.size(), kListedNames)));
  if (known.size() > kListedNames) out += " and " + grouped(known.size() - kListedNames) + " more";
  return out;
}

std::string nearest(std::string_view name, std::span<const std::string> known) {
  std::size_t fewest = (std::max)(std::size_t{2}, name.size() / 3) + 1;  // more edits are another word
  const std::string* best = nullptr;
  std::vector<std::size_t> row;
  for (const std::string& candidate : known) {
    if (difference(candidate.size(), name.size()) >= fewest) continue;
    const std::size_t distance = edits(name, candidate, row);
    if (distance >= fewest || distance >= name.size()) continue;
    fewest = distance;
    best = &candidate;
  }
  return best != nullptr ? *best : std::string();
}

}  // namespace leeway::cli
