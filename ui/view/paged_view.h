#pragma once

#include <QWidget>

#include <vector>

class QHBoxLayout;
class QStackedWidget;

namespace factorscope {

class ChoiceButton;

/// A view of several pages, one of them open, with a button for each in a row above.
class PagedView : public QWidget {
    Q_OBJECT
public:
    /// The names are for those that cannot see: of the view, and of what the pages lie in.
    PagedView(const QString& name, const QString& pagesName, QWidget* parent);

protected:
    /// Behind the pages so far.
    void addPage(QWidget* page, const QString& title, const QString& tip);
    void openPage(int index);
    int openPage() const;

signals:
    /// By its button; the page is not open yet.
    void pagePicked(int index);

private:
    QHBoxLayout* m_row;
    QStackedWidget* m_stack;
    std::vector<ChoiceButton*> m_buttons; ///< as in the stack
};

} // namespace factorscope
