#pragma once

#include "core/experiment/adopt_input.h"

#include <QMenu>

#include <vector>

namespace factorscope {

class Document;

/// The published branches to choose from, by publication.
class PresetMenu : public QMenu {
    Q_OBJECT
public:
    explicit PresetMenu(Document& document, QWidget* parent = nullptr);

    /// At its size or the picture's own, as chosen in the menu.
    void load(const Preset& preset) { choose(preset, size()); }

private:
    struct Entry {
        QAction* action;
        const Preset* preset;
    };

    void addArticle();
    void addGroup(const QString& title, const char* prefix);
    void addOwnSize();
    QMenu* addTitled(const QString& title, const QString& toolTip);
    void describe(const Entry& entry);
    void choose(const Preset& preset, PresetSize size);
    PresetSize size() const;

    Document& m_document;
    QAction* m_ownSize;
    std::vector<Entry> m_entries; ///< whose texts tell the size
};

} // namespace factorscope
