#pragma once

#include "ui/export/export_dialog.h"
#include "ui/export/export_service.h"
#include "ui/view/view_state.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <string>

class QAction;
class QMenu;

namespace factorscope {

/// What is on screen.
struct ExportMaterial {
    std::shared_ptr<const Answer> answer;
    ViewSettings settings;
    std::string viewId; ///< "cost"
    std::string imageName; ///< for the names of files: "photo"
};

/// All ways to get a picture, numbers or maps out, as a menu of a window. No file is replaced
/// without a question.
class ExportActions : public QObject {
    Q_OBJECT
public:
    /// `material` tells what is on screen now; nothing before the first answer.
    using Source = std::function<std::optional<ExportMaterial>()>;
    ExportActions(QWidget* window, ExportService& service, Source material);

    QMenu* menu() const { return m_menu; }
    QAction* copyView() const { return m_copyView; }

    /// Where dialogs begin, until the user goes elsewhere.
    void setFolder(const QString& folder) { m_folder = folder; }

signals:
    /// What has been done.
    void noted(const QString& sentence);
    void failed(const Error& error);

private:
    /// A view with what it found.
    struct FoundView {
        const FigureView& view;
        ExportMaterial material;
        Findings findings;

        const BothEvaluated& both() const { return std::get<BothEvaluated>(*material.answer); }
        FigureMaterial figureMaterial() const { return {both(), findings, material.settings}; }
    };
    QAction* action(const QString& text, const QString& toolTip, void (ExportActions::*slot)());
    void fillMenu();
    void listen();
    std::optional<ExportMaterial> available();
    const FigureView* figureView(const ExportMaterial& material);

    void exportView();
    void exportNumbers();
    void findAndAsk(std::optional<TableFormat> numbers);
    void askWhere(const FoundView& found);
    void saveFigure(const FoundView& found, FigureFormat format);
    void saveNumbers(const FoundView& found, TableFormat format);
    void saveTexts(const Result<std::vector<TextFile>>& files);
    void copyThisView();
    void exportCosts();
    void exportMaps(MapFiles kind);
    void chooseFolder(const QString& title, const std::function<void()>& next);
    void confirm(const std::vector<std::filesystem::path>& paths,
                 const std::function<void()>& next);

    QWidget* m_window;
    ExportService& m_service;
    Source m_material;
    ExportChoice m_choice; ///< the last one
    QString m_folder;
    QMenu* m_menu;
    QAction* m_exportView;
    QAction* m_copyView;
    QAction* m_cancel;
};

} // namespace factorscope
