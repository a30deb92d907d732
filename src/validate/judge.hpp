#ifndef LEEWAY_SRC_VALIDATE_JUDGE_HPP
#define LEEWAY_SRC_VALIDATE_JUDGE_HPP

#include "leeway/validate/contract_report.hpp"

namespace leeway::inline v1::validate::detail {

/// Holds `count` of `of` against a tolerance and puts it where it belongs in the report.
void judge_count(ContractReport& report, ContractFinding finding, const Tolerance& tolerated);

}  // namespace leeway::inline v1::validate::detail

#endif
