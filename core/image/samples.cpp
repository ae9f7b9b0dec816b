#include "core/image/samples.h"

#include "core/image/sample_drawing.h"

#include <algorithm>

namespace factorscope {

std::span<const Sample> samples()
{
    static constexpr Sample kSamples[] = {
        {"scene", QT_TRANSLATE_NOOP("core", "Scene with balls"), drawScene},
        {"zone-plate", QT_TRANSLATE_NOOP("core", "Zone plate"), drawZonePlate},
        {"siemens-star", QT_TRANSLATE_NOOP("core", "Siemens star"), drawSiemensStar},
        {"gratings", QT_TRANSLATE_NOOP("core", "Gratings"), drawGratings},
        {"text", QT_TRANSLATE_NOOP("core", "Text"), drawText},
    };
    return kSamples;
}

const Sample* findSample(std::string_view id)
{
    const auto all = samples();
    const auto found = std::ranges::find(all, id, &Sample::id);
    return found == all.end() ? nullptr : &*found;
}

} // namespace factorscope
