#include "ui/open/preset_menu.h"

#include "ui/document/document.h"

namespace factorscope {
namespace {

QString label(const Preset& preset)
{
    return QString::fromUtf8(preset.label.data(), qsizetype(preset.label.size()));
}

QString channels(const Preset& preset)
{
    return QStringLiteral("%1 → %2 → %3")
        .arg(preset.inChannels)
        .arg(preset.midChannels)
        .arg(preset.outChannels);
}

QString sides(const Preset& preset)
{
    return QStringLiteral("%1×%1").arg(preset.size);
}

} // namespace

PresetMenu::PresetMenu(Document& document, QWidget* parent)
    : QMenu(tr("&Presets"), parent), m_document(document), m_ownSize(new QAction(this))
{
    setAccessibleName(tr("Presets"));
    menuAction()->setToolTip(tr("Channels and size of a published branch"));
    setToolTipsVisible(true);
    addArticle();
    addGroup(QStringLiteral("&GoogLeNet"), "googlenet-");
    addGroup(QStringLiteral("Inception v&2"), "inception-v2-");
    addGroup(QStringLiteral("Inception v&3"), "inception-v3-");
    addOwnSize();
}

QMenu* PresetMenu::addTitled(const QString& title, const QString& toolTip)
{
    QMenu* menu = addMenu(title);
    menu->setAccessibleName(QString(title).remove(u'&'));
    menu->setToolTipsVisible(true);
    menu->menuAction()->setToolTip(toolTip);
    return menu;
}

void PresetMenu::addArticle()
{
    const Preset& preset = *findPreset("article");
    QMenu* menu
        = addTitled(tr("&Article"), tr("The worked example: %1 channels").arg(channels(preset)));
    QAction* atItsSize = menu->addAction(tr("Article at %1").arg(sides(preset)));
    atItsSize->setToolTip(
        tr("%1 channels, the picture resized to %2").arg(channels(preset), sides(preset)));
    connect(atItsSize, &QAction::triggered, this,
            [this, &preset] { choose(preset, PresetSize::Preset); });
    QAction* atOwnSize = menu->addAction(tr("Article channels, the picture's own size"));
    atOwnSize->setToolTip(tr("%1 channels, the picture as it is").arg(channels(preset)));
    connect(atOwnSize, &QAction::triggered, this,
            [this, &preset] { choose(preset, PresetSize::OfPicture); });
}

void PresetMenu::addGroup(const QString& title, const char* prefix)
{
    QMenu* menu = addTitled(title, tr("The 5×5 branches of %1").arg(QString(title).remove(u'&')));
    for (const Preset& preset : presets()) {
        if (!preset.id.starts_with(prefix))
            continue;
        QAction* action = menu->addAction(label(preset));
        m_entries.push_back({action, &preset});
        describe(m_entries.back());
        connect(action, &QAction::triggered, this, [this, &preset] { choose(preset, size()); });
    }
}

void PresetMenu::addOwnSize()
{
    addSeparator();
    addAction(m_ownSize);
    m_ownSize->setText(tr("&Keep the picture's own size"));
    m_ownSize->setToolTip(tr("The presets above set the channels only"));
    m_ownSize->setCheckable(true);
    connect(m_ownSize, &QAction::toggled, this, [this] {
        for (const Entry& entry : m_entries)
            describe(entry);
    });
}

/// What stands after the tab is shown in a column of its own.
void PresetMenu::describe(const Entry& entry)
{
    const Preset& preset = *entry.preset;
    const bool isResized = size() == PresetSize::Preset;
    const QString name
        = isResized ? tr("%1 at %2").arg(label(preset), sides(preset)) : label(preset);
    entry.action->setText(name + u'\t' + channels(preset));
    QString toolTip = isResized
        ? tr("%1 channels, the picture resized to %2").arg(channels(preset), sides(preset))
        : tr("%1 channels, the picture as it is").arg(channels(preset));
    if (preset.originalInChannels > 0)
        toolTip += u'\n'
            + tr("The 5×5 beside it: %1 → %2 channels")
                  .arg(preset.originalInChannels)
                  .arg(preset.originalOutChannels);
    entry.action->setToolTip(toolTip);
}

PresetSize PresetMenu::size() const
{
    return m_ownSize->isChecked() ? PresetSize::OfPicture : PresetSize::Preset;
}

void PresetMenu::choose(const Preset& preset, PresetSize size)
{
    m_document.replace(withPreset(m_document.experiment(), preset, size),
                       tr("preset %1").arg(label(preset)));
}

} // namespace factorscope
