#include "ui/arithmetic/arithmetic_figure.h"
#include "ui/export/view_sections.h"

#include <array>
#include <utility>

namespace factorscope {
namespace {

constexpr std::array kSections{
    // in the order of ArithmeticPage
    ViewSection{
        .id = "products",
        .find = [](const std::shared_ptr<const BothEvaluated>& both, const ViewSettings& settings,
                   const ComputeContext& context) -> Result<Findings> {
            ASSIGN_OR_RETURN(ArithmeticSums found, sumsForFigure(both, settings, context));
            return Findings(std::make_shared<const ArithmeticSums>(std::move(found)));
        },
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return productsFigure(of.found<ArithmeticSums>(), of.settings, theme);
            },
        .numbers
        = [](const FigureMaterial& of) { return productNumbers(*of.found<ArithmeticSums>()); },
    },
    ViewSection{
        .id = "multiplications",
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return multiplicationsFigure(of.both.experiment, of.settings, theme);
            },
        .numbers =
            [](const FigureMaterial& of) {
                return multiplicationNumbers(of.both.experiment, of.settings);
            },
    },
};

} // namespace

const ViewSections& arithmeticSections()
{
    static constexpr ViewSections sections{
        .all = kSections,
        .open =
            [](const ViewSettings& settings) {
                return static_cast<std::size_t>(settings.arithmetic.page);
            },
        .turnTo =
            [](ViewSettings& settings, std::size_t section) {
                settings.arithmetic.page = static_cast<ArithmeticPage>(section);
            }};
    return sections;
}

} // namespace factorscope
