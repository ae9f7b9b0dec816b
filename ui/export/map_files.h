#pragma once

#include "core/experiment/evaluate.h"
#include "core/file/output_files.h"
#include "core/result/result.h"
#include "ui/view/view_state.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace factorscope {

/// In which way the maps of all layers become files.
enum class MapFiles {
    Npy, ///< the numbers of each layer: photo-original-0.npy
    Sheets, ///< all maps of a layer in one picture: photo-original-0.png
    Channels, ///< a picture for each map: photo-original-0-c12.png
};

struct MapFilesPlace {
    std::filesystem::path directory;
    std::string imageName;
};

/// What addMapFiles() writes.
std::vector<std::filesystem::path> mapFilePaths(const BothEvaluated& both, MapFiles kind,
                                                const MapFilesPlace& place);

/// Adds the maps of all layers of both branches, numbers as they are and pictures with a pixel for
/// each value, in the colours and on the scales of `settings`; pictures are of the first image.
/// Errors: File, Unsupported, Cancelled.
Result<void> addMapFiles(OutputFiles& files, const BothEvaluated& both, MapFiles kind,
                         const MapFilesPlace& place, const ViewSettings& settings,
                         const std::stop_token& stop = {});

} // namespace factorscope
