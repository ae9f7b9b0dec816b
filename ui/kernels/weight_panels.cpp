#include "ui/kernels/weight_panels.h"

#include "core/branch/layer_traits.h"
#include "core/result/expects.h"
#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Weights {
    Q_DECLARE_TR_FUNCTIONS(Weights)
};

/// A convolution, and whose channels it takes and makes.
struct ConvPlace {
    std::string layer; ///< the stem of its tensors' names
    const Tensor* weights = nullptr; // (OC,C/groups,KH,KW)
    const Tensor* bias = nullptr;
    bool isDepthwise = false;
    bool isShortcut = false;
    Stage from = Stage::Input;
    Stage to = Stage::Original;
    bool isFirstHalf = false; ///< of a factorised branch
};

struct ConvKind {
    bool isDepthwise = false;
    bool isShortcut = false;
};

void collect(const std::vector<Layer>& layers, std::vector<ConvKind>& kinds)
{
    for (const Layer& layer : layers) {
        std::visit(
            Visitor{[&](const Conv2d& conv) { kinds.push_back({.isDepthwise = conv.groups > 1}); },
                    [](const Relu&) {}, [](const LeakyRelu&) {}, [](const BatchNorm&) {},
                    [&](const Residual& residual) {
                        collect(residual.body, kinds);
                        if (residual.shortcut == Shortcut::Conv1x1)
                            kinds.push_back({.isShortcut = true});
                    }},
            layer.type);
    }
}

const Tensor* find(const TensorMap& tensors, const std::string& name)
{
    const auto found = tensors.find(name);
    return found == tensors.end() ? nullptr : &found->second;
}

/// In the order in which PyTorch creates them, which is that of `parametersOf`.
std::vector<ConvPlace> placesOf(const BranchEvaluation& branch)
{
    std::vector<ConvKind> kinds;
    collect(branch.spec.layers, kinds);
    std::vector<ConvPlace> places;
    for (const Parameter& parameter : parametersOf(branch.spec)) {
        if (parameter.role != ParameterRole::Weight)
            continue;
        EXPECTS(places.size() < kinds.size());
        const ConvKind kind = kinds[places.size()];
        const std::string stem = parameter.name.substr(0, parameter.name.rfind('.'));
        places.push_back({.layer = stem,
                          .weights = find(*branch.weights, parameter.name),
                          .bias = find(*branch.weights, stem + ".bias"),
                          .isDepthwise = kind.isDepthwise,
                          .isShortcut = kind.isShortcut});
        EXPECTS(places.back().weights);
    }
    return places;
}

/// Each half of the factorised branch has as many convolutions.
void tellHalves(std::vector<ConvPlace>& places)
{
    const auto convolutions = std::ranges::count(places, false, &ConvPlace::isShortcut);
    std::ptrdiff_t at = 0;
    for (ConvPlace& place : places) {
        place.to = Stage::Factorised;
        if (place.isShortcut)
            continue;
        place.isFirstHalf = 2 * at++ < convolutions;
        place.from = place.isFirstHalf ? Stage::Input : Stage::MidBefore;
        if (place.isDepthwise)
            place.to = place.from;
        else if (place.isFirstHalf)
            place.to = Stage::MidBefore;
    }
}

QString channelName(Stage stage, std::int64_t channel)
{
    const std::int64_t number = channel + 1;
    switch (stage) {
    case Stage::Input:
        return Weights::tr("input channel %1").arg(number);
    case Stage::MidBefore:
    case Stage::MidAfter:
        return Weights::tr("mid channel %1").arg(number);
    case Stage::Original:
    case Stage::Factorised:
    case Stage::Difference:
        return Weights::tr("output channel %1").arg(number);
    }
    return {};
}

QString channelsName(Stage stage, std::int64_t channels)
{
    const bool isMid = stage == Stage::MidBefore;
    if (channels == 1)
        return isMid ? Weights::tr("1 mid channel") : Weights::tr("1 input channel");
    return (isMid ? Weights::tr("%1 mid channels") : Weights::tr("%1 input channels"))
        .arg(channels);
}

QString headingOf(const ConvPlace& place, const Experiment& experiment)
{
    const Shape& shape = place.weights->shape();
    const QString size = sizeInWords(static_cast<int>(shape[2]), static_cast<int>(shape[3]));
    const bool isOriginal = place.to == Stage::Original;
    if (isOriginal && !place.isShortcut)
        return stageTitle(Stage::Original, experiment);
    const QString branch
        = shortStageTitle(isOriginal ? Stage::Original : Stage::Factorised, experiment);
    if (place.isShortcut)
        return Weights::tr("%1, shortcut %2").arg(branch, size);
    const QString kind = place.isDepthwise ? Weights::tr("depthwise %1").arg(size) : size;
    return (place.isFirstHalf ? Weights::tr("%1, first %2") : Weights::tr("%1, second %2"))
        .arg(branch, kind);
}

/// Which of its kernels are shown.
struct Choice {
    std::int64_t out = 0; ///< the channel that is made
    std::int64_t tile = 0; ///< the channel that is taken
    std::int64_t tiles = 0; ///< of them all
    std::int64_t first = 0; ///< of those shown
    std::int64_t end = 0;
};

Choice chosenOf(const ConvPlace& place, const ViewSettings& settings)
{
    const Shape& shape = place.weights->shape();
    Choice choice;
    choice.tiles = place.isDepthwise ? shape[0] : shape[1];
    choice.tile = std::min(settings.channel(place.from), choice.tiles - 1);
    choice.out
        = place.isDepthwise ? choice.tile : std::min(settings.channel(place.to), shape[0] - 1);
    choice.first = choice.tile / WeightPanel::kMostTiles * WeightPanel::kMostTiles;
    choice.end = std::min(choice.first + WeightPanel::kMostTiles, choice.tiles);
    return choice;
}

std::vector<double> kernelAt(const ConvPlace& place, const Choice& choice, std::int64_t tile)
{
    const Shape& shape = place.weights->shape();
    const std::int64_t taps = shape[2] * shape[3];
    const std::int64_t kernel = place.isDepthwise ? tile : choice.out * shape[1] + tile;
    const float* from = place.weights->data() + kernel * taps;
    return {from, from + taps};
}

QString captionOf(const ConvPlace& place, const Choice& choice)
{
    const QString taken = channelsName(place.from, choice.tiles);
    QString caption = place.isDepthwise
        ? Weights::tr("one for each of %1").arg(taken)
        : Weights::tr("%1, from %2").arg(channelName(place.to, choice.out), taken);
    if (choice.end - choice.first < choice.tiles)
        caption += Weights::tr(" (shown: %1–%2)").arg(choice.first + 1).arg(choice.end);
    return caption;
}

WeightPanel panelOf(const ConvPlace& place, const Experiment& experiment,
                    const ViewSettings& settings, const Theme& theme)
{
    const Shape& shape = place.weights->shape();
    const Choice choice = chosenOf(place, settings);
    WeightPanel panel;
    panel.tiles = place.from;
    panel.first = choice.first;
    panel.isOriginal = place.to == Stage::Original;
    panel.isDepthwise = place.isDepthwise;
    panel.made = choice.out;
    panel.layer = place.layer;
    panel.grid.heading = headingOf(place, experiment);
    panel.grid.caption = captionOf(place, choice);
    panel.grid.colour = panel.isOriginal ? theme.original : theme.factorised;
    panel.grid.rows = panel.chosen.rows = static_cast<int>(shape[2]);
    panel.grid.columns = panel.chosen.columns = static_cast<int>(shape[3]);
    for (std::int64_t tile = choice.first; tile < choice.end; ++tile)
        panel.grid.tiles.push_back({channelName(place.from, tile), kernelAt(place, choice, tile)});
    panel.grid.chosen = static_cast<int>(choice.tile - choice.first);
    panel.grid.limit = panel.chosen.limit = panel.grid.reach();
    panel.chosen.values = kernelAt(place, choice, choice.tile);
    panel.chosen.caption = place.isDepthwise
        ? channelName(place.from, choice.tile)
        : Weights::tr("%1 → %2").arg(channelName(place.from, choice.tile),
                                     channelName(place.to, choice.out));
    if (place.bias) {
        panel.bias = double{place.bias->values()[static_cast<std::size_t>(choice.out)]};
        panel.chosen.note = Weights::tr("bias %1").arg(significant(*panel.bias, 3));
    }
    return panel;
}

} // namespace

std::vector<WeightPanel> weightPanels(const BothEvaluated& both, const ViewSettings& settings,
                                      const Theme& theme)
{
    std::vector<ConvPlace> places = placesOf(both.original);
    std::vector<ConvPlace> halves = placesOf(both.factorised);
    tellHalves(halves);
    places.insert(places.end(), halves.begin(), halves.end());
    std::vector<WeightPanel> panels;
    double most = 0.0;
    for (const ConvPlace& place : places) {
        panels.push_back(panelOf(place, both.experiment, settings, theme));
        most = std::max(most, panels.back().grid.limit);
    }
    if (settings.kernels.hasOneScale) {
        for (WeightPanel& panel : panels)
            panel.grid.limit = panel.chosen.limit = most;
    }
    return panels;
}

} // namespace factorscope
