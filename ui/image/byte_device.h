#pragma once

#include <QIODevice>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

namespace factorscope {

/// Bytes in memory as a device that is only read. It remembers whether somebody wanted more than
/// there is: some decoders fill up what is missing and report success. The bytes must outlive it.
class ByteDevice : public QIODevice {
public:
    explicit ByteDevice(std::span<const std::uint8_t> bytes) : m_bytes(bytes)
    {
        // Unbuffered, so that a request here is one of the decoder.
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool wasReadPastEnd() const { return m_wasReadPastEnd; }
    void forgetReads() { m_wasReadPastEnd = false; }

    qint64 size() const override { return static_cast<qint64>(m_bytes.size()); }

    bool seek(qint64 position) override
    {
        m_position = std::max<qint64>(position, 0);
        return QIODevice::seek(position);
    }

protected:
    qint64 readData(char* data, qint64 count) override
    {
        const qint64 available = std::max<qint64>(size() - m_position, 0);
        m_wasReadPastEnd = m_wasReadPastEnd || count > available;
        const qint64 taken = std::min(count, available);
        if (taken > 0)
            std::memcpy(data, m_bytes.data() + m_position, static_cast<std::size_t>(taken));
        m_position += taken;
        return taken;
    }

    qint64 writeData(const char*, qint64) override { return -1; }

private:
    std::span<const std::uint8_t> m_bytes;
    qint64 m_position = 0;
    bool m_wasReadPastEnd = false;
};

} // namespace factorscope
