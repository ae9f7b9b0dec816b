#pragma once

#include "ui/panel/parameter_control.h"

#include <QWidget>

#include <vector>

class QFormLayout;
class QLabel;
class QPushButton;

namespace factorscope {

class Document;

/// All parameters of the experiment, made from their table, C_mid first.
class BranchesPanel : public QWidget {
    Q_OBJECT
public:
    explicit BranchesPanel(Document& document, QWidget* parent = nullptr);

    /// Shows what holds; the document's changes come here by themselves.
    void syncFrom(const Experiment& experiment);

    QSize sizeHint() const override;

signals:
    /// The painted kernel is to be shown where it can be painted.
    void kernelEditWanted();

private:
    struct Row {
        const ExperimentParameter* parameter;
        ParameterControl control;
    };
    void addHeading(const QString& text);
    void addGroup(ParameterGroup group);
    void addRow(const ExperimentParameter& parameter);
    void addFiles();
    void addKernelEdit();
    void syncFiles(const Experiment& experiment);
    void dropFiles();

    Document& m_document;
    QWidget* m_page;
    QFormLayout* m_form;
    std::vector<Row> m_rows;
    QLabel* m_originalFile = nullptr;
    QLabel* m_factorisedFile = nullptr;
    QPushButton* m_useSeeded = nullptr;
    QPushButton* m_editKernel = nullptr;
};

} // namespace factorscope
