#include "leeway/base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace leeway {
namespace {

bool is_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

TEST(Utf8, accepts_every_length_of_character) {
  for (const char* text : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(Utf8, refuses_overlong_forms_surrogates_and_fragments) {
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xE2\x82("}) {
    EXPECT_FALSE(is_utf8(text)) << text;
    EXPECT_FALSE(is_utf8(std::string("good ") + text)) << text;
  }
}

TEST(Utf8, stops_at_what_is_wrong_wherever_it_is) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (const char wrong : {'\0', '\x80', '\xFF'}) {
      std::string text(length, 'a');
      EXPECT_EQ(valid_utf8_prefix(text + wrong + "bcdefghijklm"), length);
    }
  }
}

}  // namespace
}  // namespace leeway
