#include "ui/open/recent_files.h"

#include <QSettings>

namespace factorscope {
namespace {

constexpr const char* kKey = "recentFiles";

QStringList tidied(QStringList paths)
{
    paths.removeAll(QString());
    paths.removeDuplicates();
    return paths.mid(0, RecentFiles::kMost);
}

} // namespace

RecentFiles::RecentFiles(QSettings& settings, QObject* parent)
    : QObject(parent), m_settings(settings)
{}

QStringList RecentFiles::paths() const
{
    return tidied(m_settings.value(kKey).toStringList());
}

void RecentFiles::add(const QString& path)
{
    store(QStringList{path} + paths());
}

void RecentFiles::remove(const QString& path)
{
    QStringList all = paths();
    all.removeAll(path);
    store(all);
}

void RecentFiles::clear()
{
    store({});
}

void RecentFiles::store(const QStringList& paths)
{
    m_settings.setValue(kKey, tidied(paths));
    emit changed();
}

} // namespace factorscope
