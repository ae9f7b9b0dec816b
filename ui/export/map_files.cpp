#include "ui/export/map_files.h"

#include "core/image/map_rendering.h"
#include "core/weights/npy.h"
#include "ui/image/pixels.h"

#include <algorithm>
#include <optional>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

constexpr QRgb kGround = 0xff808080; // between the maps of a sheet: no colour of any scale

struct MapFile {
    fs::path path;
    std::optional<std::int64_t> channel; ///< all of them when there is none
};

/// The files of one layer.
struct LayerFiles {
    const Tensor* maps;
    std::vector<MapFile> files;
};

std::vector<MapFile> filesOf(const Tensor& maps, MapFiles kind, const fs::path& stem)
{
    const auto named = [&](const std::string& ending) { return fs::path(stem.string() + ending); };
    if (kind != MapFiles::Channels)
        return {{named(kind == MapFiles::Npy ? ".npy" : ".png"), {}}};
    std::vector<MapFile> files;
    for (std::int64_t c = 0; c < maps.shape()[1]; ++c)
        files.push_back({named("-c" + std::to_string(c) + ".png"), c});
    return files;
}

std::vector<LayerFiles> planned(const BothEvaluated& both, MapFiles kind,
                                const MapFilesPlace& place)
{
    std::vector<LayerFiles> plan;
    for (const BranchEvaluation* branch : {&both.original, &both.factorised}) {
        for (std::size_t i = 0; i < branch->run.layers.size(); ++i) {
            const Tensor& maps = *branch->run.layers[i].activation;
            const fs::path stem = place.directory
                / (place.imageName + "-" + branch->spec.name + "-" + std::to_string(i));
            plan.push_back({&maps, filesOf(maps, kind, stem)});
        }
    }
    return plan;
}

/// Of the first image.
std::span<const float> mapOf(const Tensor& maps, std::int64_t channel)
{
    const std::int64_t plane = maps.shape()[2] * maps.shape()[3];
    return maps.values().subspan(static_cast<std::size_t>(channel * plane),
                                 static_cast<std::size_t>(plane));
}

/// How the maps of one layer are coloured. All take the same colours; a signed layer spans both
/// sides of zero.
class LayerColours {
public:
    LayerColours(const Tensor& maps, const ViewSettings& settings, float sharedHigh)
        : m_isSigned(displayRange(maps).low < 0.0F),
          m_colours(m_isSigned ? settings.divergingOn(false) : *settings.sequential)
    {
        if (settings.normalisation == Normalisation::PerLayer)
            m_high = displayRange(maps).high;
        else if (settings.normalisation == Normalisation::Shared)
            m_high = sharedHigh;
    }

    void draw(const Tensor& maps, std::int64_t channel, const PixelTarget& target) const
    {
        const std::span<const float> map = mapOf(maps, channel);
        const float high = m_high.value_or(displayRange(map).high);
        renderMap(map, target.size, {}, m_colours, {m_isSigned ? -high : 0.0F, high}, kGround,
                  target);
    }

private:
    bool m_isSigned;
    const Colormap& m_colours;
    std::optional<float> m_high; ///< each map has its own when there is none
};

/// Over all layers of both branches.
float sharedHigh(const BothEvaluated& both, const ViewSettings& settings)
{
    float high = 0.0F;
    if (settings.normalisation != Normalisation::Shared)
        return high;
    for (const BranchEvaluation* branch : {&both.original, &both.factorised}) {
        for (const LayerRun& layer : branch->run.layers)
            high = std::max(high, displayRange(*layer.activation).high);
    }
    return high;
}

PixelTarget targetAt(QImage& image, Extent origin, Extent size)
{
    auto* pixels = reinterpret_cast<std::uint32_t*>(image.bits());
    const std::int64_t stride = image.bytesPerLine() / std::int64_t{sizeof(std::uint32_t)};
    return {pixels + origin.height * stride + origin.width, stride, size};
}

/// All maps side by side, or one.
Result<QByteArray> picture(const Tensor& maps, std::optional<std::int64_t> channel,
                           const LayerColours& colours, const std::stop_token& stop)
{
    const Extent map{maps.shape()[2], maps.shape()[3]};
    const std::int64_t count = channel ? 1 : maps.shape()[1];
    const SheetLayout layout = sheetLayout(count, map);
    QImage image(static_cast<int>(layout.size().width), static_cast<int>(layout.size().height),
                 QImage::Format_RGB32);
    if (image.isNull())
        return pngBytes(image); // says that there is none
    image.fill(kGround);
    for (std::int64_t i = 0; i < count; ++i) {
        if (stop.stop_requested())
            return cancelled();
        colours.draw(maps, channel.value_or(i), targetAt(image, layout.origin(i), map));
    }
    return pngBytes(image);
}

Result<void> addLayer(OutputFiles& files, const LayerFiles& layer, const LayerColours& colours,
                      const std::stop_token& stop)
{
    for (const MapFile& file : layer.files) {
        ASSIGN_OR_RETURN(const QByteArray png, picture(*layer.maps, file.channel, colours, stop));
        RETURN_IF_ERROR(
            files.add(file.path, std::string_view(png.data(), std::size_t(png.size()))));
    }
    return {};
}

} // namespace

std::vector<fs::path> mapFilePaths(const BothEvaluated& both, MapFiles kind,
                                   const MapFilesPlace& place)
{
    std::vector<fs::path> paths;
    for (LayerFiles& layer : planned(both, kind, place)) {
        for (MapFile& file : layer.files)
            paths.push_back(std::move(file.path));
    }
    return paths;
}

Result<void> addMapFiles(OutputFiles& files, const BothEvaluated& both, MapFiles kind,
                         const MapFilesPlace& place, const ViewSettings& settings,
                         const std::stop_token& stop)
{
    const float high = sharedHigh(both, settings);
    for (const LayerFiles& layer : planned(both, kind, place)) {
        if (stop.stop_requested())
            return cancelled();
        if (kind == MapFiles::Npy) {
            RETURN_IF_ERROR(addNpy(files, layer.files.front().path, *layer.maps, stop));
        } else {
            const LayerColours colours(*layer.maps, settings, high);
            RETURN_IF_ERROR(addLayer(files, layer, colours, stop));
        }
    }
    return {};
}

} // namespace factorscope
