// Preloaded into a program, this is the host that speaks German: the global C++ locale, and with it the
// C one, is that of the environment before main begins.

#include <locale>

namespace {
[[gnu::constructor]] void speak() { std::locale::global(std::locale("")); }
}  // namespace
