#pragma once

#include "core/json/json.h"
#include "core/result/result.h"

#include <string>

namespace factorscope {

/// Before anything else, threads too. Gives the three standard streams something to be where the
/// caller closed them, so that no file of ours takes their numbers; writing to a closed stdout
/// still fails.
void openStandardStreams();

/// Data for stdout is kept until flushData(): a command that fails has printed none.
void print(const std::string& text);
void printJson(const Json& json);
/// Hands all of it over; an error when some did not get through.
Result<void> flushData();

/// Messages go to stderr in one piece, as "factorscope: <kind>: <sentence>". Any thread.
void printMessage(const char* kind, const std::string& sentence);

/// While one lives, what foreign libraries print to stderr by themselves is dropped; messages of
/// ours get through. One at a time.
class ForeignSilence {
public:
    ForeignSilence();
    ~ForeignSilence();
    ForeignSilence(const ForeignSilence&) = delete;
    ForeignSilence& operator=(const ForeignSilence&) = delete;
};

} // namespace factorscope
