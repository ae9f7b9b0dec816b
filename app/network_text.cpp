#include "app/network_text.h"

namespace factorscope {

Result<const Network*> networkFromText(const std::string& text)
{
    if (const Network* network = findNetwork(text))
        return network;
    return Error{ErrorCode::InvalidArgument,
                 QT_TRANSLATE_NOOP("core", "unknown network '%1': it is googlenet or inception-v2"),
                 {text}};
}

Result<MidRule> midRuleFromText(const std::string& text)
{
    if (const auto rule = midRuleFromName(text))
        return *rule;
    return Error{ErrorCode::InvalidArgument,
                 QT_TRANSLATE_NOOP("core",
                                   "unknown rule '%1': it is c-out, geometric-mean, c-in or "
                                   "parity"),
                 {text}};
}

Result<std::vector<ModuleMid>> moduleMidsFromTexts(const std::vector<std::string>& texts,
                                                   const Network& network)
{
    std::vector<ModuleMid> mids;
    for (const std::string& text : texts) {
        ASSIGN_OR_RETURN(ModuleMid mid, moduleMidFromText(text, network));
        mids.push_back(std::move(mid));
    }
    return mids;
}

} // namespace factorscope
