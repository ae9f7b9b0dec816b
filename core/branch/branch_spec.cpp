#include "core/branch/branch_spec.h"

namespace factorscope {

std::string pathText(const LayerPath& path)
{
    std::string text;
    for (const int index : path)
        text += (text.empty() ? "" : ".") + std::to_string(index);
    return text;
}

} // namespace factorscope
