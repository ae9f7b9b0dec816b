#pragma once

#include "ui/figure/figure.h"
#include "ui/theme/theme.h"

#include <QDialog>
#include <QString>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace factorscope {

enum class FigureTheme { AsOnScreen, Light, Dark };

/// The theme that a figure of this window takes.
const Theme& themeFor(FigureTheme theme, const QWidget& window);

/// How a view becomes a file.
struct ExportChoice {
    FigureFormat format = FigureFormat::Png;
    double scale = 2.0; ///< PNG only
    FigureTheme theme = FigureTheme::AsOnScreen;
    QString path; ///< absolute
};

/// Asks how a view becomes a file: format, scale, theme, and where. Format and ending of the file
/// follow each other.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    /// `size` is that of the figure, in points.
    ExportDialog(const ExportChoice& choice, const QSizeF& size, QWidget* parent = nullptr);

    ExportChoice choice() const;

private:
    FigureFormat format() const;
    void buildForm(const ExportChoice& choice);
    QWidget* fileRow();
    void formatChosen();
    void pathTyped(const QString& path);
    void browse();
    void update();

    const QSizeF m_size;
    const QString m_folder; ///< that a path without one is in
    QComboBox* m_format;
    QComboBox* m_scale;
    QComboBox* m_theme;
    QLineEdit* m_path;
    QLabel* m_result;
    QPushButton* m_export = nullptr;
};

} // namespace factorscope
