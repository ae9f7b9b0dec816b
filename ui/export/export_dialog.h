#pragma once

#include "ui/export/table_format.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"

#include <QDialog>
#include <QString>

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace factorscope {

enum class FigureTheme { AsOnScreen, Light, Dark };

/// The theme that a figure of this window takes.
const Theme& themeFor(FigureTheme theme, const QWidget& window);

/// A picture, or the numbers that it shows.
using ViewFormat = std::variant<FigureFormat, TableFormat>;
std::string_view formatName(const ViewFormat& format);

/// How a view becomes a file.
struct ExportChoice {
    ViewFormat format = FigureFormat::Png;
    double scale = 2.0; ///< PNG only
    FigureTheme theme = FigureTheme::AsOnScreen; ///< of pictures
    QString path; ///< absolute
};

/// What there is of a view.
struct ExportOffer {
    QSizeF size; ///< of the figure, in points
    bool hasNumbers = false;
};

/// Asks how a view becomes a file: format, scale, theme, and where. Format and ending of the file
/// follow each other.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(const ExportChoice& choice, const ExportOffer& offer, QWidget* parent = nullptr);

    ExportChoice choice() const;

private:
    ViewFormat format() const;
    void select(const ViewFormat& format);
    std::optional<ViewFormat> formatOf(const QString& path) const;
    QString withEnding(const QString& path, const ViewFormat& format) const;
    QString resultText() const;
    void buildForm(const ExportChoice& choice);
    QWidget* fileRow();
    void formatChosen();
    void pathTyped(const QString& path);
    void browse();
    void update();

    const QSizeF m_size;
    std::vector<ViewFormat> m_formats; ///< as in the box
    const QString m_folder; ///< that a path without one is in
    QComboBox* m_format;
    QComboBox* m_scale;
    QComboBox* m_theme;
    QLineEdit* m_path;
    QLabel* m_result;
    QPushButton* m_export = nullptr;
};

} // namespace factorscope
