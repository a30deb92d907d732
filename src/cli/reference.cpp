#include "cli/reference.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/console.hpp"
#include "leeway/store/profile_file.hpp"

namespace leeway::cli {
namespace {

constexpr std::string_view kFormat = "\"leeway.profile\"";

void add_column(profile::ProfileBuilder& builder, const Column& column) {
  if (column.kind == ColumnKind::numeric) {
    builder.numeric(column.name, column.values, column.malformed);
  } else {
    builder.categorical(column.name, column.categories, column.codes);
  }
}

std::string beginning(const std::string& path) {
  std::array<char, 256> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

bool is_regular_file(const std::string& path) {
  std::error_code absent;
  return std::filesystem::is_regular_file(path, absent);
}

}  // namespace

Result<profile::Profile> build_profile(const Table& table, const profile::ColumnOptions& options) {
  profile::ProfileBuilder builder(options);
  for (const Column& column : table.columns) add_column(builder, column);
  auto profile = builder.build();
  if (!profile) return at(table.file, std::move(profile).error());
  return profile;
}

Result<profile::Profile> open_profile(const std::string& path) {
  if (path == "-") return usage_error("PROFILE", "expected the path of a profile, found -, which can be LIVE only");
  if (is_regular_file(path) && !beginning(path).starts_with('{')) {
    return Error{ErrorCode::format,
                 "expected a profile written by leeway profile, found another file; for two files of rows use "
                 "leeway compare --samples",
                 path};
  }
  return store::load_profile(path);
}

Result<void> refuse_profile(const std::string& path) {
  if (path == "-" || !is_regular_file(path)) return {};
  const std::string bytes = beginning(path);
  if (!bytes.starts_with('{') || bytes.find(kFormat) == std::string::npos) return {};
  return Error{ErrorCode::format, "expected a file of rows, found a profile; commands take PROFILE before LIVE", path};
}

}  // namespace leeway::cli
