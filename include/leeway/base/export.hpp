#ifndef LEEWAY_BASE_EXPORT_HPP
#define LEEWAY_BASE_EXPORT_HPP

// LEEWAY_EXPORT marks what the compiled library offers; everything else in it is hidden.
// LEEWAY_STATIC_DEFINE is set by the leeway::leeway target when the library is static.
#if defined(LEEWAY_STATIC_DEFINE)
#define LEEWAY_EXPORT
#elif defined(_WIN32)
#ifdef LEEWAY_BUILDING
#define LEEWAY_EXPORT __declspec(dllexport)
#else
#define LEEWAY_EXPORT __declspec(dllimport)
#endif
#else
#define LEEWAY_EXPORT __attribute__((visibility("default")))
#endif

#endif
