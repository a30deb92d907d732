#ifndef LEEWAY_TESTS_SUPPORT_SIMULATION_HPP
#define LEEWAY_TESTS_SUPPORT_SIMULATION_HPP

#include <gtest/gtest.h>

// Begins a test that simulates many runs: its result does not depend on the build, its time does.
#ifdef LEEWAY_RELEASE_BUILD
#define LEEWAY_SIMULATION() static_cast<void>(0)
#else
#define LEEWAY_SIMULATION() GTEST_SKIP() << "simulations run in Release builds"
#endif

#endif
