#include "app/command.h"
#include "app/version.h"
#include "ui/image/picture_file.h"

#include <Eigen/Core>
#include <QtGlobal>

namespace factorscope {
namespace {

Json strings(std::span<const std::string_view> names)
{
    Json array = Json::array();
    for (const std::string_view name : names)
        array.push_back(name);
    return array;
}

Json gathered(CommandContext& context)
{
    Json sets = Json::array();
    for (const InstructionSet set : availableInstructionSets())
        sets.push_back(instructionSetName(set));
    Json pictures = Json::array();
    context.startQt();
    for (const QString& ending : pictureFileEndings())
        pictures.push_back(ending.toStdString());
    const std::string eigen = std::to_string(EIGEN_WORLD_VERSION) + "."
        + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION);
    return {{"version", kVersion},
            {"qt", qVersion()},
            {"eigen", eigen},
            {"instruction_sets", sets},
            {"instruction_set", instructionSetName(bestInstructionSet())},
            {"threads", context.compute().team.size()},
            {"algorithms", strings(convAlgorithms())},
            {"formats",
             {{"branch", {"factorscope-branch/1"}},
              {"weights", {"safetensors"}},
              {"tensors", {"npy"}},
              {"pictures", pictures}}}};
}

std::string joined(const Json& array)
{
    std::string text;
    for (const Json& element : array)
        text += (text.empty() ? "" : ", ") + element.get<std::string>();
    return text;
}

Result<void> info(CommandContext& context)
{
    const Json data = gathered(context);
    if (context.json()) {
        printJson(data);
        return {};
    }
    print("factorscope " + data["version"].get<std::string>() + ", Qt "
          + data["qt"].get<std::string>() + ", Eigen " + data["eigen"].get<std::string>() + "\n");
    print("instruction sets  " + joined(data["instruction_sets"])
          + "; used: " + data["instruction_set"].get<std::string>() + "\n");
    print("threads           " + data["threads"].dump() + "\n");
    print("algorithms        " + joined(data["algorithms"]) + "\n");
    print("weights, tensors  safetensors, npy\n");
    print("pictures          " + joined(data["formats"]["pictures"]) + "\n");
    return {};
}

} // namespace

void addInfo(CLI::App& app, CommandContext& context)
{
    CLI::App* command = app.add_subcommand("info", "version, processor, engines, formats");
    context.addCommonOptions(*command);
    command->callback([&context] { context.action = [&context] { return info(context); }; });
}

} // namespace factorscope
