#ifndef LEEWAY_SRC_VALIDATE_BATCH_FRESHNESS_HPP
#define LEEWAY_SRC_VALIDATE_BATCH_FRESHNESS_HPP

#include "leeway/validate/contract.hpp"

namespace leeway::inline v1::validate::detail {

/// Holds the values of a column against its rule of freshness: each by the time of its event at options.now, and all by
/// the longest time without an event. What cannot be told without times, or without a now, is listed as unchecked.
/// `times`: null where it is unknown when the events were. Precondition: the contract has such a rule.
void judge_freshness(ContractReport& report, const ColumnContract& contract, const TableColumn& column,
                     const TableColumn* times, const ValidationOptions& options);

}  // namespace leeway::inline v1::validate::detail

#endif
