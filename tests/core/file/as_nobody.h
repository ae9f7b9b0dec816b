#pragma once

#include <QtGlobal>

#include <unistd.h>

/// Gives up the rights of root, to whom no file is forbidden, for as long as it lives.
class AsNobody {
public:
    AsNobody()
    {
        if (m_isRoot && ::seteuid(65534) != 0)
            qFatal("cannot give up the rights of root");
    }
    ~AsNobody()
    {
        if (m_isRoot && ::seteuid(0) != 0)
            qFatal("cannot be root again");
    }
    AsNobody(const AsNobody&) = delete;
    AsNobody& operator=(const AsNobody&) = delete;

private:
    const bool m_isRoot = ::geteuid() == 0;
};
