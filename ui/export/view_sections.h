#pragma once

#include "ui/export/findings.h"
#include "ui/export/table_format.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace factorscope {

/// Numbers as files of a form of their own.
using MakeFiles
    = Result<std::vector<TextFile>> (*)(const FigureMaterial& material, TableFormat format,
                                        const std::filesystem::path& stem);

/// A page of a view, which is exported by itself: the one that is open in the window, or that
/// --section names.
struct ViewSection {
    std::string_view id; ///< "collapse": on the command line; no two views have the same
    FindForFigure find = nullptr; ///< null where the answer says all
    /// Whether there is something to find under these settings; null where there always is.
    bool (*looksFurther)(const ViewSettings& settings) = nullptr;
    MakeFigure make = nullptr;
    MakeNumbers numbers = nullptr;
    MakeFiles files = nullptr; ///< in the place of `numbers`, which is null then
};

/// The pages of one view, in their order; the first is what there is without a choice.
struct ViewSections {
    std::span<const ViewSection> all;
    std::size_t (*open)(const ViewSettings& settings); ///< which one is
    void (*turnTo)(ViewSettings& settings, std::size_t section);

    const ViewSection& of(const ViewSettings& settings) const { return all[open(settings)]; }
};
const ViewSections& kernelsSections(); ///< ui/export/kernels_sections.cpp
const ViewSections& costSections(); ///< ui/export/cost_sections.cpp
const ViewSections& arithmeticSections(); ///< ui/export/arithmetic_sections.cpp

// A view as a whole: what its open page does.
template <const ViewSections& (*sections)()>
Result<Findings> findSection(const std::shared_ptr<const BothEvaluated>& both,
                             const ViewSettings& settings, const ComputeContext& context)
{
    const ViewSection& section = sections().of(settings);
    return section.find ? section.find(both, settings, context) : Findings();
}

template <const ViewSections& (*sections)()>
Figure sectionFigure(const FigureMaterial& material, const Theme& theme)
{
    return sections().of(material.settings).make(material, theme);
}

/// As CSV the main table is "photo-cost.csv" of the stem "photo-cost", each other one
/// "photo-cost-<table>.csv"; as JSON all are in "photo-cost.json".
std::vector<TextFile> filesOf(std::span<const NumberTable> tables, TableFormat format,
                              const std::filesystem::path& stem);

template <const ViewSections& (*sections)()>
Result<std::vector<TextFile>> sectionFiles(const FigureMaterial& material, TableFormat format,
                                           const std::filesystem::path& stem)
{
    const ViewSection& section = sections().of(material.settings);
    if (section.files)
        return section.files(material, format, stem);
    return filesOf(section.numbers(material), format, stem);
}

} // namespace factorscope
