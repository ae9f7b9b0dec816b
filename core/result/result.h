#pragma once

#include "core/result/error.h"
#include "core/result/expects.h"

#include <utility>
#include <variant>

namespace factorscope {

/// Either a value or the Error that explains why there is none.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return m_state.index() == 0; }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const
    {
        EXPECTS(m_state.index() == 1);
        return std::get<1>(m_state);
    }

private:
    T& value()
    {
        EXPECTS(m_state.index() == 0);
        return std::get<0>(m_state);
    }
    const T& value() const
    {
        EXPECTS(m_state.index() == 0);
        return std::get<0>(m_state);
    }

    std::variant<T, Error> m_state;
};

/// Done, or the Error that explains why not.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_failed(true) {}

    explicit operator bool() const { return !m_failed; }

    const Error& error() const
    {
        EXPECTS(m_failed);
        return m_error;
    }

private:
    Error m_error;
    bool m_failed = false;
};

} // namespace factorscope

#define FACTORSCOPE_JOIN_INNER(a, b) a##b
#define FACTORSCOPE_JOIN(a, b) FACTORSCOPE_JOIN_INNER(a, b)
#define FACTORSCOPE_ASSIGN_OR_RETURN(result, declaration, expression)                              \
    auto result = (expression);                                                                    \
    if (!result)                                                                                   \
        return result.error();                                                                     \
    declaration = *std::move(result)

/// `ASSIGN_OR_RETURN(const Tensor input, readNpy(path));` hands an error on to the caller.
#define ASSIGN_OR_RETURN(declaration, expression)                                                  \
    FACTORSCOPE_ASSIGN_OR_RETURN(FACTORSCOPE_JOIN(result_, __LINE__), declaration, expression)

/// `RETURN_IF_ERROR(write(...));` hands an error on to the caller.
#define RETURN_IF_ERROR(expression)                                                                \
    if (auto FACTORSCOPE_JOIN(result_, __LINE__) = (expression);                                   \
        !FACTORSCOPE_JOIN(result_, __LINE__))                                                      \
    return FACTORSCOPE_JOIN(result_, __LINE__).error()
