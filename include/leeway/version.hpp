#ifndef LEEWAY_VERSION_HPP
#define LEEWAY_VERSION_HPP

// The only place where the version is written; CMake reads it from here.
#define LEEWAY_VERSION_MAJOR 0
#define LEEWAY_VERSION_MINOR 1
#define LEEWAY_VERSION_PATCH 0

#endif
