#pragma once

#include "core/experiment/experiment.h"
#include "core/result/error.h"

#include <QObject>

class QAction;
class QMenu;
class QToolBar;

namespace factorscope {

class Document;
class Loader;
class PresetMenu;
class RecentFiles;
struct Preset;

/// All ways to get a picture, a tensor, weights or a preset in, as actions and menus of a window.
/// What the loader brings goes into the document, one step of undo each.
class OpenActions : public QObject {
    Q_OBJECT
public:
    OpenActions(Document& document, Loader& loader, RecentFiles& recent, QWidget* window);

    QAction* openFile() const { return m_openFile; }
    QAction* paste() const { return m_paste; }
    QMenu* samples() const { return m_samples; }
    QMenu* presets() const;
    QMenu* weights() const { return m_weights; }
    QMenu* recentFiles() const { return m_recentFiles; }

    /// Takes over its channels, and its size unless the menu says to keep the picture's own.
    void loadPreset(const QString& id); ///< one that exists

    /// Open, samples, presets, weights; the menus open at a click.
    void addTo(QToolBar& bar) const;

signals:
    /// Something that the user should know about what was opened.
    void noted(const QString& sentence);
    void failed(const Error& error);

private:
    QAction* action(const QString& text, const QString& toolTip, void (OpenActions::*slot)());
    QMenu* menu(const QString& title, const QString& toolTip);
    void fillSamples();
    void fillWeights();
    void fillRecentFiles();
    void syncFrom(const Experiment& experiment);

    void chooseFile();
    void chooseWeights();
    void showDialog(const QString& title, const QStringList& filters,
                    void (Loader::*open)(const QString&));
    void pasteFromClipboard();
    void openRecent(const QString& path);
    void useSeededWeights();

    void takePicture(const std::shared_ptr<const Picture>& picture, const QString& source);
    void takeTensor(const SharedTensor& tensor, const QString& source);
    void takeWeights(const std::shared_ptr<const WeightFile>& file);

    Document& m_document;
    Loader& m_loader;
    RecentFiles& m_recent;
    QWidget* m_window;
    QAction* m_openFile;
    QAction* m_paste;
    QAction* m_seededWeights;
    QMenu* m_samples;
    PresetMenu* m_presets;
    QMenu* m_weights;
    QMenu* m_recentFiles;
};

} // namespace factorscope
