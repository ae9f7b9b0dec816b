#pragma once

#include <QObject>
#include <QStringList>

class QSettings;

namespace factorscope {

/// The files that were opened last, kept in the user's settings.
class RecentFiles : public QObject {
    Q_OBJECT
public:
    static constexpr qsizetype kMost = 8;

    explicit RecentFiles(QSettings& settings, QObject* parent = nullptr);

    QStringList paths() const; ///< absolute, the newest first
    void add(const QString& path);
    void remove(const QString& path);
    void clear();

signals:
    void changed();

private:
    void store(const QStringList& paths);

    QSettings& m_settings;
};

} // namespace factorscope
