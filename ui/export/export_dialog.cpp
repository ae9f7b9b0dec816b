#include "ui/export/export_dialog.h"

#include "ui/text/text.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace factorscope {
namespace {

QString endingOf(const ViewFormat& format)
{
    const std::string_view name = formatName(format);
    return QString::fromLatin1(name.data(), qsizetype(name.size()));
}

std::vector<ViewFormat> formatsOf(const ExportOffer& offer)
{
    std::vector<ViewFormat> formats(kFigureFormats.begin(), kFigureFormats.end());
    if (offer.hasNumbers)
        formats.insert(formats.end(), kTableFormats.begin(), kTableFormats.end());
    return formats;
}

void selectData(QComboBox& box, const QVariant& data)
{
    box.setCurrentIndex(std::max(0, box.findData(data)));
}

} // namespace

std::string_view formatName(const ViewFormat& format)
{
    return std::visit([](auto one) { return formatName(one); }, format);
}

const Theme& themeFor(FigureTheme theme, const QWidget& window)
{
    if (theme == FigureTheme::AsOnScreen)
        return themeOf(window);
    return theme == FigureTheme::Dark ? darkTheme() : lightTheme();
}

ExportDialog::ExportDialog(const ExportChoice& choice, const ExportOffer& offer, QWidget* parent)
    : QDialog(parent), m_size(offer.size), m_formats(formatsOf(offer)),
      m_folder(QFileInfo(choice.path).absolutePath()), m_format(new QComboBox(this)),
      m_scale(new QComboBox(this)), m_theme(new QComboBox(this)), m_path(new QLineEdit(this)),
      m_result(new QLabel(this))
{
    setWindowTitle(tr("Export this view"));
    buildForm(choice);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::formatChosen);
    connect(m_scale, &QComboBox::currentIndexChanged, this, &ExportDialog::update);
    connect(m_path, &QLineEdit::textChanged, this, &ExportDialog::pathTyped);
    update();
    m_path->setFocus();
}

void ExportDialog::buildForm(const ExportChoice& choice)
{
    for (const ViewFormat& format : m_formats)
        m_format->addItem(endingOf(format).toUpper());
    select(choice.format);
    m_format->setToolTip(
        tr("PNG: pixels, for screens. SVG and PDF: lines and text that stay sharp at "
           "any size, for papers. CSV and JSON: the numbers that are shown"));
    for (const int scale : {1, 2, 4})
        m_scale->addItem(tr("%1×").arg(scale), double(scale));
    selectData(*m_scale, choice.scale);
    m_scale->setToolTip(tr("Pixels of the PNG for each point of the figure"));
    m_theme->addItem(tr("As on screen"), static_cast<int>(FigureTheme::AsOnScreen));
    m_theme->addItem(tr("Light"), static_cast<int>(FigureTheme::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(FigureTheme::Dark));
    selectData(*m_theme, static_cast<int>(choice.theme));
    m_theme->setToolTip(tr("The colours of ground and text; those of the data stay"));
    m_path->setText(QDir::toNativeSeparators(choice.path));
    m_path->setAccessibleName(tr("File name")); // its label is not beside it, but one widget above
    m_path->setMinimumWidth(90 * kGrid);
    m_path->setToolTip(tr("The file to write. Its ending and the format follow each other"));
    m_result->setAccessibleName(tr("Size of the figure"));

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * kGrid);
    form->setVerticalSpacing(2 * kGrid);
    form->addRow(tr("&Format"), m_format);
    form->addRow(tr("&Scale"), m_scale);
    form->addRow(tr("&Theme"), m_theme);
    form->addRow(tr("Size"), m_result);
    auto* fileLabel = new QLabel(tr("File &name"), this);
    fileLabel->setBuddy(m_path);
    form->addRow(fileLabel, fileRow());

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_export = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    m_export->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * kGrid, 4 * kGrid, 4 * kGrid, 4 * kGrid);
    layout->setSpacing(4 * kGrid);
    layout->addLayout(form);
    layout->addWidget(buttons);
}

QWidget* ExportDialog::fileRow()
{
    auto* row = new QWidget(this);
    auto* browse = new QPushButton(tr("&Browse…"), row);
    browse->setAutoDefault(false);
    browse->setToolTip(tr("Choose folder and name"));
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * kGrid);
    layout->addWidget(m_path, 1);
    layout->addWidget(browse);
    return row;
}

ViewFormat ExportDialog::format() const
{
    return m_formats[static_cast<std::size_t>(m_format->currentIndex())];
}

void ExportDialog::select(const ViewFormat& format)
{
    const auto found = std::ranges::find(m_formats, format);
    m_format->setCurrentIndex(
        found == m_formats.end() ? 0 : static_cast<int>(found - m_formats.begin()));
}

/// By its ending; nothing where the view has no such format.
std::optional<ViewFormat> ExportDialog::formatOf(const QString& path) const
{
    const QString ending = QFileInfo(path).suffix().toLower();
    const auto found = std::ranges::find(m_formats, ending, endingOf);
    return found == m_formats.end() ? std::optional<ViewFormat>() : *found;
}

/// The path with the ending of the format in place of that of another.
QString ExportDialog::withEnding(const QString& path, const ViewFormat& format) const
{
    const auto current = formatOf(path);
    if (current == format || path.isEmpty())
        return path;
    const QString stem = current ? path.chopped(QFileInfo(path).suffix().size() + 1) : path;
    return stem + u'.' + endingOf(format);
}

ExportChoice ExportDialog::choice() const
{
    const QString name = QDir::fromNativeSeparators(m_path->text().trimmed());
    return {.format = format(),
            .scale = m_scale->currentData().toDouble(),
            .theme = static_cast<FigureTheme>(m_theme->currentData().toInt()),
            .path = QDir(m_folder).absoluteFilePath(withEnding(name, format()))};
}

void ExportDialog::formatChosen()
{
    const QSignalBlocker quiet(m_path);
    m_path->setText(withEnding(m_path->text().trimmed(), format()));
    update();
}

void ExportDialog::pathTyped(const QString& path)
{
    const QSignalBlocker quiet(m_format);
    if (const auto typed = formatOf(path.trimmed()))
        select(*typed);
    update();
}

void ExportDialog::browse()
{
    auto* dialog = new QFileDialog(this, tr("Export this view"), choice().path);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // asked once, at the end
    QStringList filters;
    for (const ViewFormat& format : m_formats)
        filters.append(tr("%1 (*.%2)").arg(endingOf(format).toUpper(), endingOf(format)));
    dialog->setNameFilters(filters);
    dialog->selectNameFilter(filters[m_format->currentIndex()]);
    dialog->selectFile(choice().path);
    connect(dialog, &QFileDialog::fileSelected, m_path,
            [this](const QString& path) { m_path->setText(QDir::toNativeSeparators(path)); });
    dialog->open();
}

void ExportDialog::update()
{
    m_scale->setEnabled(format() == ViewFormat(FigureFormat::Png));
    m_theme->setEnabled(std::holds_alternative<FigureFormat>(format()));
    m_result->setText(resultText());
    m_export->setEnabled(!m_path->text().trimmed().isEmpty());
}

QString ExportDialog::resultText() const
{
    constexpr double kMillimetres = 25.4 / 96.0;
    const ViewFormat chosen = format();
    if (chosen == ViewFormat(TableFormat::CsvFiles))
        return tr("one file for each table");
    if (chosen == ViewFormat(TableFormat::JsonFile))
        return tr("one file with all tables");
    if (chosen != ViewFormat(FigureFormat::Png))
        return tr("%1 × %2 mm")
            .arg(fixed(m_size.width() * kMillimetres, 0), fixed(m_size.height() * kMillimetres, 0));
    const double scale = m_scale->currentData().toDouble();
    return tr("%1 × %2 pixels")
        .arg(grouped(qRound64(m_size.width() * scale)), grouped(qRound64(m_size.height() * scale)));
}

} // namespace factorscope
