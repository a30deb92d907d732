#ifndef LEEWAY_REPORT_CONTRACT_HPP
#define LEEWAY_REPORT_CONTRACT_HPP

// What a contract found, as text for a person and as JSON for scripts. Thread contract: pure functions.

#include <string>

#include "leeway/base/export.hpp"
#include "leeway/validate/contract_report.hpp"

namespace leeway::inline v1::report {

/// A summary line, then a sentence on each finding, on single values that noise explains, and on columns without
/// a contract.
[[nodiscard]] LEEWAY_EXPORT std::string to_text(const validate::ContractReport& report);

/// One sentence: what is broken, how often, and how often it may be.
[[nodiscard]] LEEWAY_EXPORT std::string to_sentence(const validate::ContractFinding& finding);

/// Format "leeway.contract", described in docs/schema.md.
[[nodiscard]] LEEWAY_EXPORT std::string to_json(const validate::ContractReport& report);

}  // namespace leeway::inline v1::report

#endif
