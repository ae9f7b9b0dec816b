#include "ui/open/open_actions.h"

#include "core/experiment/adopt_input.h"
#include "core/experiment/adopt_weights.h"
#include "core/experiment/presets.h"
#include "core/image/samples.h"
#include "core/result/expects.h"
#include "ui/document/document.h"
#include "ui/image/picture_file.h"
#include "ui/open/loader.h"
#include "ui/open/offer.h"
#include "ui/open/preset_menu.h"
#include "ui/open/recent_files.h"
#include "ui/text/text.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QStandardPaths>
#include <QToolBar>
#include <QToolButton>

namespace factorscope {
namespace {

constexpr const char* kWeightPattern = "*.safetensors";

QString picturePatterns()
{
    return QStringLiteral("*.") + pictureFileEndings().join(QStringLiteral(" *."));
}

bool isFile(const QString& source)
{
    return QFileInfo(source).isAbsolute();
}

/// For a step of undo.
QString nameOf(const QString& source)
{
    const QString prefix = QStringLiteral("sample:");
    if (source.startsWith(prefix))
        return translated(findSample(source.mid(prefix.size()).toStdString())->label);
    return isFile(source) ? QFileInfo(source).fileName() : source;
}

/// A name as the text of an action, where & marks a key.
QString literal(QString name)
{
    return name.replace(u'&', QStringLiteral("&&"));
}

/// Short enough for a column of a menu: its end tells most.
QString folderOf(const QFileInfo& file)
{
    constexpr qsizetype kMostLetters = 32;
    const QString folder = file.absolutePath();
    return folder.size() <= kMostLetters ? folder : u'…' + folder.right(kMostLetters - 1);
}

} // namespace

OpenActions::OpenActions(Document& document, Loader& loader, RecentFiles& recent, QWidget* window)
    : QObject(window), m_document(document), m_loader(loader), m_recent(recent), m_window(window),
      m_openFile(action(tr("&Open…"),
                        tr("Open a picture, a tensor (.npy) or weights (.safetensors)"),
                        &OpenActions::chooseFile)),
      m_paste(action(tr("&Paste"), tr("Open the picture or the file in the clipboard"),
                     &OpenActions::pasteFromClipboard)),
      m_seededWeights(action(tr("Use &seeded weights"),
                             tr("Draw the weights of both branches as PyTorch does after "
                                "torch.manual_seed(seed)"),
                             &OpenActions::useSeededWeights)),
      m_samples(menu(tr("&Samples"), tr("Pictures that the program draws itself"))),
      m_presets(new PresetMenu(document, window)),
      m_weights(menu(tr("&Weights"), tr("Where the weights of the branches come from"))),
      m_recentFiles(menu(tr("&Recent"), tr("Files that were opened last")))
{
    m_openFile->setShortcut(QKeySequence::Open);
    m_paste->setShortcut(QKeySequence::Paste);
    window->addActions({m_openFile, m_paste});
    fillSamples();
    fillWeights();
    fillRecentFiles();
    syncFrom(document.experiment());
    // Queued: the entry that causes the change must not be deleted meanwhile.
    connect(&recent, &RecentFiles::changed, this, &OpenActions::fillRecentFiles,
            Qt::QueuedConnection);
    connect(&document, &Document::changed, this, &OpenActions::syncFrom);
    connect(&loader, &Loader::pictureLoaded, this, &OpenActions::takePicture);
    connect(&loader, &Loader::tensorLoaded, this, &OpenActions::takeTensor);
    connect(&loader, &Loader::weightsLoaded, this, &OpenActions::takeWeights);
    connect(&loader, &Loader::failed, this, &OpenActions::failed);
}

QAction* OpenActions::action(const QString& text, const QString& toolTip,
                             void (OpenActions::*slot)())
{
    auto* made = new QAction(text, this);
    made->setToolTip(toolTip);
    connect(made, &QAction::triggered, this, slot);
    return made;
}

QMenu* OpenActions::menu(const QString& title, const QString& toolTip)
{
    auto* made = new QMenu(title, m_window);
    made->setAccessibleName(QString(title).remove(u'&'));
    made->setToolTipsVisible(true);
    made->menuAction()->setToolTip(toolTip);
    return made;
}

QMenu* OpenActions::presets() const
{
    return m_presets;
}

void OpenActions::loadPreset(const QString& id)
{
    const Preset* preset = findPreset(id.toStdString());
    EXPECTS(preset);
    m_presets->load(*preset);
}

void OpenActions::addTo(QToolBar& bar) const
{
    bar.addAction(m_openFile);
    for (const QMenu* menu : {m_samples, presets(), m_weights}) {
        bar.addAction(menu->menuAction());
        auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(menu->menuAction()));
        button->setPopupMode(QToolButton::InstantPopup);
    }
}

void OpenActions::fillSamples()
{
    for (const Sample& sample : factorscope::samples()) {
        QAction* entry = m_samples->addAction(translated(sample.label));
        entry->setToolTip(tr("Take this drawn picture as the input"));
        connect(entry, &QAction::triggered, this,
                [this, &sample] { m_loader.drawSample(std::string(sample.id)); });
    }
}

void OpenActions::fillWeights()
{
    QAction* openWeights
        = action(tr("&Open weights…"),
                 tr("Open a .safetensors file: its tensors tell which branch they are of"),
                 &OpenActions::chooseWeights);
    m_weights->addActions({openWeights, m_seededWeights});
}

void OpenActions::fillRecentFiles()
{
    m_recentFiles->clear();
    const QStringList paths = m_recent.paths();
    for (const QString& path : paths) {
        const QFileInfo file(path);
        QAction* entry
            = m_recentFiles->addAction(literal(file.fileName()) + u'\t' + literal(folderOf(file)));
        entry->setToolTip(path);
        connect(entry, &QAction::triggered, this, [this, path] { openRecent(path); });
    }
    m_recentFiles->addSeparator();
    QAction* clear = m_recentFiles->addAction(tr("&Clear this list"));
    clear->setToolTip(tr("Forget these files; the files themselves stay"));
    connect(clear, &QAction::triggered, &m_recent, &RecentFiles::clear);
    m_recentFiles->setEnabled(!paths.isEmpty());
}

void OpenActions::syncFrom(const Experiment& experiment)
{
    m_seededWeights->setEnabled(experiment.kernels || experiment.weightFile
                                || experiment.originalWeightFile);
}

void OpenActions::chooseFile()
{
    const QString pictures = picturePatterns();
    showDialog(tr("Open a picture, a tensor or weights"),
               {tr("All that can be opened (%1)").arg(pictures + " *.npy " + kWeightPattern),
                tr("Pictures (%1)").arg(pictures), tr("Tensors (%1)").arg("*.npy"),
                tr("Weights (%1)").arg(kWeightPattern), tr("All files (%1)").arg("*")},
               &Loader::open);
}

void OpenActions::chooseWeights()
{
    showDialog(tr("Open weights"),
               {tr("Weights (%1)").arg(kWeightPattern), tr("All files (%1)").arg("*")},
               &Loader::openWeights);
}

void OpenActions::showDialog(const QString& title, const QStringList& filters,
                             void (Loader::*open)(const QString&))
{
    const QStringList recent = m_recent.paths();
    const QString folder = recent.isEmpty()
        ? QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)
        : QFileInfo(recent.first()).absolutePath();
    auto* dialog = new QFileDialog(m_window, title, folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(filters);
    connect(dialog, &QFileDialog::fileSelected, &m_loader, open);
    dialog->open();
}

void OpenActions::pasteFromClipboard()
{
    const Offer offer = offerOf(*QGuiApplication::clipboard()->mimeData());
    open(offer, m_loader);
    for (const Error& refusal : offer.refusals)
        emit failed(refusal);
    if (offer.isEmpty() && offer.refusals.empty())
        emit failed({ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "the clipboard holds neither a picture nor a file"),
                     {}});
}

void OpenActions::openRecent(const QString& path)
{
    if (QFileInfo::exists(path)) {
        m_loader.open(path);
        return;
    }
    m_recent.remove(path);
    emit failed(
        {ErrorCode::File,
         QT_TRANSLATE_NOOP("core", "'%1' is no longer there and leaves the list of recent files"),
         {path.toStdString()}});
}

void OpenActions::useSeededWeights()
{
    m_document.replace(withSeededWeights(m_document.experiment()), tr("seeded weights"));
}

void OpenActions::takePicture(const std::shared_ptr<const Picture>& picture, const QString& source)
{
    m_document.replace(withPicture(m_document.experiment(), picture),
                       tr("open %1").arg(nameOf(source)));
    if (isFile(source))
        m_recent.add(source);
    for (const Error& note : picture->notes)
        emit noted(sentence(note));
}

void OpenActions::takeTensor(const SharedTensor& tensor, const QString& source)
{
    const Result<Experiment> experiment = withTensor(m_document.experiment(), tensor);
    if (!experiment) {
        emit failed(experiment.error());
        return;
    }
    m_document.replace(*experiment, tr("open %1").arg(nameOf(source)));
    m_recent.add(source);
}

void OpenActions::takeWeights(const std::shared_ptr<const WeightFile>& file)
{
    const Result<Experiment> experiment = withWeights(m_document.experiment(), file);
    if (!experiment) {
        emit failed(experiment.error());
        return;
    }
    const QString path = QString::fromStdString(file->path);
    m_document.replace(*experiment, tr("weights %1").arg(nameOf(path)));
    m_recent.add(path);
}

} // namespace factorscope
