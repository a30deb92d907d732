#ifndef LEEWAY_CLI_CSV_READER_HPP
#define LEEWAY_CLI_CSV_READER_HPP

// Reads a CSV file record by record, in memory that does not grow with the file.
//
// Format: RFC 4180 in UTF-8 with an optional byte order mark. Lines end in LF, CR LF or CR; the last one may
// lack its end. Blanks are data. A quote may only open a field, be doubled inside a quoted one, or close it. Blank
// lines are skipped, but where the file has one column a blank line is an empty field. Any of it may be gzipped, which
// is seen from the content, not from the name.
//
// Cost: one copy of each byte; no allocation per record or field once the buffers have grown to the largest
// record. Not for more than one thread at a time.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/result.hpp"

namespace leeway::cli {

/// Longest record, in bytes of CSV text. A longer one is an error and is never held in memory.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{16} << 20;

/// Most columns of a file.
inline constexpr std::size_t kMaxColumns = std::size_t{1} << 20;

struct CsvOptions {
  bool no_header = false;  ///< the first line is data; the columns are named c1, c2, ...
};

/// One record. The fields are valid until the next call of CsvReader::next.
struct CsvRow {
  std::vector<std::string_view> fields;  ///< as many as the header has
  std::uint64_t line = 0;                ///< line on which the record begins, counted from 1
};

class CsvReader {
 public:
  /// Opens `path`, or standard input for "-", and reads the header.
  static Result<CsvReader> open(const std::string& path, CsvOptions options = {});

  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  [[nodiscard]] const std::vector<std::string>& header() const noexcept;

  /// Reads the next record into `row`: true, or false after the last one. A file without any record is an
  /// error. After an error every further call returns the same error.
  Result<bool> next(CsvRow& row);

  /// Line on which the latest record begins; of the header before the first one.
  [[nodiscard]] std::uint64_t line() const noexcept;

  /// Records delivered so far.
  [[nodiscard]] std::uint64_t rows() const noexcept;

  /// Bytes taken from the file so far, before decompression.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept;

  /// Size of the file before decompression; 0 where it is unknown, as for a pipe.
  [[nodiscard]] std::uint64_t total_bytes() const noexcept;

  /// The file as errors name it: the path, or "<stdin>".
  [[nodiscard]] const std::string& name() const noexcept;

  /// "FILE:LINE" of the latest record, and "FILE:LINE: column NAME", for errors of the caller.
  [[nodiscard]] std::string where() const;
  [[nodiscard]] std::string where(std::string_view column) const;

 private:
  class Impl;
  explicit CsvReader(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace leeway::cli

#endif
