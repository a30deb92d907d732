// Prints what does depend on the locale: the proof that the locale tests would see a difference.

#include <cstdio>
#include <sstream>

int main() {
  std::ostringstream text;
  text << 1234.5;
  std::printf("%.1f %s\n", 1234.5, text.str().c_str());
}
