#ifndef LEEWAY_CLI_TEXT_TABLE_HPP
#define LEEWAY_CLI_TEXT_TABLE_HPP

#include <string>
#include <vector>

namespace leeway::cli {

/// Rows of text with their columns aligned, without blanks at the ends of lines. The first row is the longest.
[[nodiscard]] std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace leeway::cli

#endif
