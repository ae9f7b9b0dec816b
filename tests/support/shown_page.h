#pragma once

#include "tests/support/evaluated.h"
#include "ui/view/view_state.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

namespace factorscope {

/// A view or a page of one, with an answer, on the screen. It has show(answer), isBusy() and
/// drawn().
template <typename Page>
struct ShownPage {
    static constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

    ViewState state;
    Page page{state};
    QSignalSpy drawn{&page, &Page::drawn};

    ShownPage(const Experiment& experiment, QSize size, const ViewSettings& settings = {})
    {
        state.set(settings);
        page.resize(size);
        page.show(evaluated(experiment));
        page.QWidget::show();
        waitForDrawing();
    }
    /// Until something new was drawn and nothing is to come.
    void waitForDrawing()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!drawn.isEmpty(), kPatienceMs);
        settle();
        drawn.clear();
    }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), kPatienceMs); }
    template <typename Change>
    void change(const Change& change)
    {
        ViewSettings settings = state.settings();
        change(settings);
        state.set(settings);
    }
    /// Of the label that is called so.
    QString wordsOf(const QString& name) const
    {
        for (const auto* label : page.template findChildren<QLabel*>()) {
            if (label->accessibleName() == name)
                return label->text();
        }
        return {};
    }
    /// Null where there is none of that text.
    QToolButton* button(const QString& text) const
    {
        for (auto* one : page.template findChildren<QToolButton*>()) {
            if (one->text() == text)
                return one;
        }
        return nullptr;
    }
};

} // namespace factorscope
