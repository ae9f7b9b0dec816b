#include "ui/export/export_actions.h"

#include "ui/export/cost_files.h"
#include "ui/text/text.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>

#include <algorithm>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

constexpr double kCopyScale = 2.0;

fs::path pathOf(const QString& text)
{
    return text.toStdString();
}

QString folderToBeginIn()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileInfo(folder).isDir() ? folder : QDir::homePath();
}

} // namespace

ExportActions::ExportActions(QWidget* window, ExportService& service, Source material)
    : QObject(window), m_window(window), m_service(service), m_material(std::move(material)),
      m_folder(folderToBeginIn()), m_menu(new QMenu(tr("&Export"), window)),
      m_exportView(action(tr("&Export this view…"),
                          tr("Write the view in focus as a picture or as numbers"),
                          &ExportActions::exportView)),
      m_copyView(action(tr("&Copy this view"), tr("Put the view in focus on the clipboard"),
                        &ExportActions::copyThisView)),
      m_cancel(
          action(tr("Cance&l export"), tr("Stop writing: old files stay as they are"), nullptr))
{
    m_exportView->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    m_copyView->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    window->addActions({m_exportView, m_copyView});
    m_cancel->setEnabled(false);
    fillMenu();
    listen();
}

QAction* ExportActions::action(const QString& text, const QString& toolTip,
                               void (ExportActions::*slot)())
{
    auto* action = new QAction(text, this);
    action->setToolTip(toolTip);
    if (slot)
        connect(action, &QAction::triggered, this, slot);
    return action;
}

void ExportActions::fillMenu()
{
    m_menu->setToolTipsVisible(true);
    m_menu->menuAction()->setToolTip(tr("Save or copy what is shown"));
    m_menu->addActions({m_exportView, m_copyView});
    m_menu->addAction(action(tr("Export the n&umbers of this view…"),
                             tr("Write what the view in focus shows as CSV or JSON"),
                             &ExportActions::exportNumbers));
    m_menu->addSeparator();
    m_menu->addAction(
        action(tr("Export cost as CS&V…"),
               tr("The costs of both branches layer by layer, and their curve over C_mid"),
               &ExportActions::exportCosts));
    m_menu->addSeparator();
    struct Row {
        MapFiles kind;
        QString text;
        QString toolTip;
    };
    for (const Row& row :
         {Row{MapFiles::Npy, tr("Export maps as &NPY…"),
              tr("The numbers of all layers of both branches, as NumPy reads them")},
          Row{MapFiles::Channels, tr("Export maps as &PNG, one per channel…"),
              tr("A picture for each map of all layers, a pixel for each value")},
          Row{MapFiles::Sheets, tr("Export contact &sheets…"),
              tr("A picture for each layer, with all of its maps side by side")}}) {
        QAction* maps = action(row.text, row.toolTip, nullptr);
        connect(maps, &QAction::triggered, this, [this, kind = row.kind] { exportMaps(kind); });
        m_menu->addAction(maps);
    }
    m_menu->addSeparator();
    m_menu->addAction(m_cancel);
}

void ExportActions::listen()
{
    connect(m_cancel, &QAction::triggered, &m_service, &ExportService::cancel);
    connect(&m_service, &ExportService::failed, this, &ExportActions::failed);
    connect(&m_service, &ExportService::busyChanged, this, [this](bool isBusy) {
        for (QAction* action : m_menu->actions())
            action->setEnabled((action == m_cancel) == isBusy);
    });
    connect(&m_service, &ExportService::drawn, this, [this](const QImage& image) {
        QGuiApplication::clipboard()->setImage(image);
        emit noted(tr("Copied, %1 × %2 pixels").arg(image.width()).arg(image.height()));
    });
    connect(&m_service, &ExportService::finished, this, [this](const QStringList& paths) {
        const QString first = QDir::toNativeSeparators(paths.value(0));
        const QString folder = QDir::toNativeSeparators(QFileInfo(paths.value(0)).path());
        emit noted(paths.size() == 1 ? tr("Saved %1").arg(first)
                                     : tr("Saved %1 files in %2").arg(paths.size()).arg(folder));
    });
}

std::optional<ExportMaterial> ExportActions::available()
{
    std::optional<ExportMaterial> material = m_material();
    if (!material)
        emit failed({ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "there is nothing to export yet"),
                     {}});
    return material;
}

const FigureView* ExportActions::figureView(const ExportMaterial& material)
{
    const FigureView* view = findFigureView(material.viewId);
    if (!view)
        emit failed({ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "the view '%1' has no picture to export"),
                     {material.viewId}});
    return view;
}

void ExportActions::exportView()
{
    findAndAsk({});
}

void ExportActions::exportNumbers()
{
    const auto* chosen = std::get_if<TableFormat>(&m_choice.format);
    findAndAsk(chosen ? *chosen : TableFormat::CsvFiles);
}

/// Opens the dialog once the view has found what it shows, for the size of its figure and the names
/// of its files may depend on that. `numbers`: the format that the dialog begins with.
void ExportActions::findAndAsk(std::optional<TableFormat> numbers)
{
    const std::optional<ExportMaterial> material = available();
    const FigureView* view = material ? figureView(*material) : nullptr;
    if (!view)
        return;
    if (numbers && !view->hasNumbers()) {
        emit failed({ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "the view '%1' has no numbers to export"),
                     {material->viewId}});
        return;
    }
    m_service.find({view, material->answer, material->settings},
                   [this, view, material = *material, numbers](const Findings& findings) {
                       if (numbers)
                           m_choice.format = *numbers;
                       askWhere({*view, material, findings});
                   });
}

void ExportActions::askWhere(const FoundView& found)
{
    ExportChoice choice = m_choice;
    if (!found.view.hasNumbers() && std::holds_alternative<TableFormat>(choice.format))
        choice.format = FigureFormat::Png;
    choice.path = QDir(m_folder).filePath(
        QString::fromStdString(found.material.imageName + "-" + std::string(found.view.id) + "."
                               + std::string(formatName(choice.format))));
    const QSizeF size = found.view.make(found.figureMaterial(), lightTheme()).size;
    auto* dialog
        = new ExportDialog(choice, {.size = size, .hasNumbers = found.view.hasNumbers()}, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, found] {
        m_choice = dialog->choice();
        m_folder = QFileInfo(m_choice.path).absolutePath();
        std::visit(Visitor{[&](FigureFormat format) { saveFigure(found, format); },
                           [&](TableFormat format) { saveNumbers(found, format); }},
                   m_choice.format);
    });
    dialog->open();
}

void ExportActions::saveFigure(const FoundView& found, FigureFormat format)
{
    const ExportChoice choice = m_choice;
    confirm({pathOf(choice.path)}, [this, found, format, choice] {
        const Figure figure
            = found.view.make(found.figureMaterial(), themeFor(choice.theme, *m_window));
        m_service.save(FigureExport{
            {figure, found.material.answer, choice.scale}, format, pathOf(choice.path)});
    });
}

void ExportActions::saveNumbers(const FoundView& found, TableFormat format)
{
    fs::path stem = pathOf(m_choice.path);
    stem.replace_extension();
    saveTexts(numberFiles(found.view, found.figureMaterial(), format, stem));
}

void ExportActions::saveTexts(const Result<std::vector<TextFile>>& files)
{
    if (!files) {
        emit failed(files.error());
        return;
    }
    std::vector<fs::path> paths;
    for (const TextFile& file : *files)
        paths.push_back(file.path);
    confirm(paths, [this, files = *files] { m_service.save(files); });
}

void ExportActions::copyThisView()
{
    const std::optional<ExportMaterial> material = available();
    const FigureView* view = material ? figureView(*material) : nullptr;
    if (!view)
        return;
    m_service.find({view, material->answer, material->settings},
                   [this, view, material = *material](const Findings& findings) {
                       const FoundView found{*view, material, findings};
                       m_service.draw({view->make(found.figureMaterial(), themeOf(*m_window)),
                                       material.answer, kCopyScale});
                   });
}

void ExportActions::exportCosts()
{
    const std::optional<ExportMaterial> material = available();
    if (!material)
        return;
    chooseFolder(tr("Export cost as CSV"), [this, material = *material] {
        saveTexts(costFiles(std::get<BothEvaluated>(*material.answer), TableFormat::CsvFiles,
                            pathOf(m_folder) / (material.imageName + "-cost")));
    });
}

void ExportActions::exportMaps(MapFiles kind)
{
    const std::optional<ExportMaterial> material = available();
    if (!material)
        return;
    chooseFolder(tr("Export maps"), [this, kind, material = *material] {
        const MapFilesPlace place{pathOf(m_folder), material.imageName};
        confirm(mapFilePaths(std::get<BothEvaluated>(*material.answer), kind, place),
                [this, kind, material, place] {
                    m_service.save(MapsExport{material.answer, kind, place, material.settings});
                });
    });
}

void ExportActions::chooseFolder(const QString& title, const std::function<void()>& next)
{
    auto* dialog = new QFileDialog(m_window, title, m_folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this, next](const QString& folder) {
        m_folder = folder;
        next();
    });
    dialog->open();
}

/// Asks before files are replaced.
void ExportActions::confirm(const std::vector<fs::path>& paths, const std::function<void()>& next)
{
    const auto exists = [](const fs::path& path) {
        std::error_code ignored;
        return fs::exists(path, ignored);
    };
    const auto count = std::ranges::count_if(paths, exists);
    if (count == 0) {
        next();
        return;
    }
    const QString first = QString::fromStdString(std::ranges::find_if(paths, exists)->string());
    auto* box = new QMessageBox(
        QMessageBox::Question, tr("Replace files"),
        count == 1 ? tr("%1 exists. Replace it?").arg(QDir::toNativeSeparators(first))
                   : tr("%1 of these files exist in %2. Replace them?")
                         .arg(count)
                         .arg(QDir::toNativeSeparators(m_folder)),
        QMessageBox::Cancel, m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* replace = box->addButton(tr("&Replace"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(replace, &QPushButton::clicked, this, next);
    box->open();
}

} // namespace factorscope
