// journal_writer JOURNAL [synced]: a host that may be killed at any moment. It resumes the journal, says so, then steps
// on minute after minute, and writes the number of each tick to standard output, as eight bytes, once step() has
// returned.

#include <unistd.h>

#include <cstdint>
#include <optional>

#include "leeway/store/rollout_journal.hpp"
#include "support/rollout_host.hpp"

int main(int count, char** arguments) {
  using namespace leeway;
  const auto sync = count > 2 ? store::JournalSync::every_decision : store::JournalSync::never;
  const rollout::Policy policy = test::journal_policy();
  auto engine = rollout::Engine::make(policy);
  auto journal = store::JournalFile::open(arguments[1], policy, sync);
  if (!engine || !journal) return 1;
  auto resumed = store::resume(*engine, *journal);
  if (!resumed) return 2;
  constexpr std::uint64_t kResumed = ~std::uint64_t{0};
  if (::write(STDOUT_FILENO, &kResumed, sizeof kResumed) != sizeof kResumed) return 4;
  std::optional<rollout::Decision> last = resumed->last;
  for (std::uint64_t number = resumed->ticks;; ++number) {
    auto decision = engine->step(test::minute(number, last));
    if (!decision) return 3;
    last = *decision;
    if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number) return 4;
  }
}
