#include "core/cost/cost_json.h"

namespace factorscope {
namespace {

void addFigures(Json& json, const Cost& cost)
{
    json["params"] = cost.params;
    json["weights"] = cost.weights;
    json["macs"] = cost.macs;
    json["flops"] = cost.flops();
    json["activation_bytes"] = cost.activationBytes;
}

} // namespace

Json toJson(const CostReport& report)
{
    Json json;
    addFigures(json, report.total);
    json["receptive_field"] = {report.receptiveField.height, report.receptiveField.width};
    json["layers"] = Json::array();
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        const LayerCost& layer = report.layers[i];
        Json row{{"index", i}, {"op", layer.op}, {"shape", layer.shape.sizes()}};
        addFigures(row, layer.cost);
        json["layers"].push_back(std::move(row));
    }
    return json;
}

Json toJson(const CostRatio& ratio)
{
    return {{"params", ratio.params},
            {"weights", ratio.weights},
            {"macs", ratio.macs},
            {"activation_bytes", ratio.activationBytes}};
}

} // namespace factorscope
