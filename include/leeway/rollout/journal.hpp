#ifndef LEEWAY_ROLLOUT_JOURNAL_HPP
#define LEEWAY_ROLLOUT_JOURNAL_HPP

// Where the engine writes what it saw and said. The file is store/rollout_journal.hpp.

#include "leeway/base/result.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout {

/// Called by Engine::step: once with the tick before it is looked at, once with the decision before it is returned.
/// A failure never stops a rollback: the decision carries it as a finding, and does not advance or promote. Where an
/// advance or a promotion could not be written it is taken back, and the hold that replaces it is written (its rule is
/// "journal"): a replay has to refuse the same decision to come to the same end.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual Result<void> append(const Tick& tick) = 0;
  virtual Result<void> append(const Decision& decision) = 0;
};

}  // namespace leeway::inline v1::rollout

#endif
