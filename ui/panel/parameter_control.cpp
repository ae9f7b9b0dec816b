#include "ui/panel/parameter_control.h"

#include "core/branch/branch_spec.h"
#include "ui/panel/marked_slider.h"
#include "ui/panel/number_box.h"
#include "ui/panel/parameter_edit.h"
#include "ui/panel/parameter_rows.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStylePainter>

#include <algorithm>

namespace factorscope {
namespace {

constexpr std::int64_t kSliderEnd = 256; // the box beside it reaches further

class WheelFilter : public QObject {
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::Wheel || static_cast<QWidget*>(watched)->hasFocus())
            return false;
        event->ignore();
        return true;
    }
};

/// Shortens in its box what is whole in its list.
class ChoiceBox : public QComboBox {
public:
    using QComboBox::QComboBox;

    void showPopup() override
    {
        view()->setMinimumWidth(view()->sizeHintForColumn(0) + 2 * kGrid);
        QComboBox::showPopup();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        const QRect field = style()->subControlRect(QStyle::CC_ComboBox, &option,
                                                    QStyle::SC_ComboBoxEditField, this);
        option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight,
                                                      field.width() - kGrid / 2);
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }
};

void describe(QWidget* control, const ExperimentParameter& parameter)
{
    control->setAccessibleName(typographic(translated(parameter.label)));
    control->setToolTip(helpFor(parameter));
}

WholeNumberBox* makeBox(ParameterEdit& edit, const IntegerRange& range, QWidget* parent)
{
    auto* box = new WholeNumberBox(parent);
    box->setRange(range.least, range.most);
    box->setWordForLeast(range.least == 0 ? wordForZero(edit.parameter()) : QString());
    describe(box, edit.parameter());
    ignoreWheelWithoutFocus(box);
    QObject::connect(box, &WholeNumberBox::valueChanged, &edit,
                     [&edit](qint64 value) { edit.set(std::int64_t{value}); });
    return box;
}

MarkedSlider* makeSlider(ParameterEdit& edit, const IntegerRange& range, QWidget* parent)
{
    auto* slider = new MarkedSlider(parent);
    slider->setRange(static_cast<int>(range.least),
                     static_cast<int>(std::min(range.most, kSliderEnd)));
    describe(slider, edit.parameter());
    QObject::connect(slider, &MarkedSlider::sliderPressed, &edit, &ParameterEdit::begin);
    QObject::connect(slider, &MarkedSlider::sliderReleased, &edit, &ParameterEdit::end);
    QObject::connect(slider, &MarkedSlider::valueChanged, &edit,
                     [&edit](int value) { edit.set(std::int64_t{value}); });
    return slider;
}

ParameterControl makeIntegerControl(ParameterEdit& edit, const IntegerRange& range, QWidget* parent)
{
    const auto showIn = [](WholeNumberBox* box, const ParameterValue& value) {
        const QSignalBlocker blocker(box);
        box->setValue(std::get<std::int64_t>(value));
    };
    if (edit.parameter().group != ParameterGroup::Branch) {
        WholeNumberBox* box = makeBox(edit, range, parent);
        return {
            .widget = box, .focus = box, .show = [=](const auto& value) { showIn(box, value); }};
    }
    auto* pair = new QWidget(parent);
    MarkedSlider* slider = makeSlider(edit, range, pair);
    WholeNumberBox* box = makeBox(edit, range, pair);
    auto* layout = new QHBoxLayout(pair);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addWidget(slider, 1);
    layout->addWidget(box);
    return {.widget = pair, .focus = slider, .show = [=](const ParameterValue& value) {
                showIn(box, value);
                const QSignalBlocker blocker(slider);
                slider->setValue(
                    static_cast<int>(std::min(std::get<std::int64_t>(value), kSliderEnd)));
            }};
}

ParameterControl makeRealControl(ParameterEdit& edit, const RealRange& range, QWidget* parent)
{
    auto* box = new RealNumberBox(parent);
    box->setRange(range.least, range.most);
    box->setSingleStep(range.step);
    describe(box, edit.parameter());
    ignoreWheelWithoutFocus(box);
    QObject::connect(box, &RealNumberBox::valueChanged, &edit,
                     [&edit](double value) { edit.set(value); });
    return {.widget = box, .focus = box, .show = [box](const ParameterValue& value) {
                const QSignalBlocker blocker(box);
                if (box->value() != std::get<double>(value)) // a number being typed stays
                    box->setValue(std::get<double>(value));
            }};
}

ParameterControl makeFlagControl(ParameterEdit& edit, QWidget* parent)
{
    auto* box = new QCheckBox(typographic(translated(edit.parameter().label)), parent);
    describe(box, edit.parameter());
    QObject::connect(box, &QCheckBox::toggled, &edit, [&edit](bool isOn) { edit.set(isOn); });
    return {.widget = box, .focus = box, .namesItself = true, .show = [box](const auto& value) {
                const QSignalBlocker blocker(box);
                box->setChecked(std::get<bool>(value));
            }};
}

ParameterControl makeChoiceControl(ParameterEdit& edit, const Choice& choice, QWidget* parent)
{
    constexpr int kLeastCharacters = 6;
    auto* list = new ChoiceBox(parent);
    list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    list->setMinimumContentsLength(kLeastCharacters);
    list->setFocusPolicy(Qt::StrongFocus);
    for (const Choice::Option& option : choice.options)
        list->addItem(typographic(translated(option.label)));
    describe(list, edit.parameter());
    ignoreWheelWithoutFocus(list);
    QObject::connect(list, &QComboBox::currentIndexChanged, &edit, [&edit, &choice](int index) {
        edit.set(std::string(choice.options[static_cast<std::size_t>(index)].id));
    });
    return {.widget = list, .focus = list, .show = [list, &choice](const ParameterValue& value) {
                const QSignalBlocker blocker(list);
                const auto found = std::ranges::find(choice.options, std::get<std::string>(value),
                                                     &Choice::Option::id);
                list->setCurrentIndex(static_cast<int>(found - choice.options.begin()));
            }};
}

} // namespace

ParameterControl makeControl(ParameterEdit& edit, QWidget* parent)
{
    return std::visit(
        Visitor{
            [&](const IntegerRange& range) { return makeIntegerControl(edit, range, parent); },
            [&](const RealRange& range) { return makeRealControl(edit, range, parent); },
            [&](const Flag&) { return makeFlagControl(edit, parent); },
            [&](const Choice& choice) { return makeChoiceControl(edit, choice, parent); },
        },
        edit.parameter().domain);
}

void ignoreWheelWithoutFocus(QWidget* control)
{
    control->installEventFilter(new WheelFilter(control));
}

} // namespace factorscope
