#pragma once

#include "core/conv/conv_engine.h"
#include "core/result/result.h"

#include <cstdint>

namespace factorscope {

/// Bytes of the largest cache that the system tells of; 32 MiB where it tells nothing.
std::int64_t lastCacheBytes();

/// Three arrays, larger together than the last cache, over which the triad a = b + s · c runs.
/// After McCalpin, STREAM (1995).
class StreamArrays {
public:
    /// Each a good deal of the last cache, but together no more than a quarter of the memory that
    /// the context allows, and at most 768 MB. Touched by the threads of the context, so that they
    /// are there.
    static Result<StreamArrays> create(const ComputeContext& context);

    /// Bytes a second, in GB, that one pass moves on all threads of the context: two arrays read,
    /// one written, which is the way of counting of STREAM. Cancelled when stopped.
    Result<double> gigabytesPerSecond(const ComputeContext& context);

    std::int64_t bytes() const { return m_a.bytes() + m_b.bytes() + m_c.bytes(); }
    /// What the last pass must have made of every number: for a test.
    bool holdsTriad() const;

private:
    Tensor m_a;
    Tensor m_b;
    Tensor m_c;
};

} // namespace factorscope
