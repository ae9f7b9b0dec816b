// Answers with how long a branch takes, so that another program can take turns with it:
//
//   article original auto 2             workload, branch, algorithm (to the end but one), threads
//   article original backward auto 2    the gradients of input and parameters, forward not counted
//   10.1                                milliseconds, as a turn of `factorscope bench` has them
//
// One line in, one line out; a line of words is an error.
#include "core/bench/measure.h"
#include "core/branch/backward.h"
#include "core/timing/timing.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

using namespace factorscope;

namespace {

/// What a line asks for.
struct Question {
    std::string workload;
    std::string branch;
    std::string algorithm;
    int threads = 1;
};

Question questionOf(const std::string& line)
{
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    if (words.size() < 4)
        return {};
    Question question{words[0], words[1], words[2], std::atoi(words.back().c_str())};
    for (std::size_t i = 3; i + 1 < words.size(); ++i)
        question.algorithm += " " + words[i];
    return question;
}

/// Everything that has been asked for stays warm.
class Server {
public:
    std::string answer(const std::string& line)
    {
        const auto [found, isNew] = m_candidates.try_emplace(line);
        if (isNew) {
            found->second = made(questionOf(line));
            if (!found->second.empty() && !found->second.front().output())
                return "it cannot be computed";
        }
        if (found->second.empty())
            return "no such workload, branch or algorithm";
        const auto times = turn(found->second.front().time, {});
        return times ? std::to_string(median(*times)) : times.error().message();
    }

private:
    std::vector<Candidate> made(const Question& question)
    {
        const Workload* workload = findWorkload(question.workload);
        const auto kind = std::ranges::find(kBranchKindNames, question.branch);
        if (!workload || kind == kBranchKindNames.end() || question.threads < 1)
            return {};
        SharedTensor& input = m_inputs[question.workload];
        if (!input)
            input = benchInput(*workload, 0, {});
        auto& team = m_teams[question.threads];
        if (!team)
            team = std::make_unique<ThreadTeam>(question.threads);
        const ComputeContext context{.team = *team, .pool = m_pool.get()};
        const auto branch = benchBranch(
            *workload, static_cast<BranchKind>(kind - kBranchKindNames.begin()), input, 0);
        if (question.algorithm.starts_with(kBackward))
            return {backwards(branch, question.algorithm.substr(kBackward.size()), context)};
        return ownCandidates(branch, std::vector{question.algorithm}, context);
    }

    /// The backward pass of a branch, for its time only.
    static Candidate backwards(const std::shared_ptr<const BenchBranch>& branch,
                               const std::string& algorithm, const ComputeContext& context)
    {
        const auto forward = std::make_shared<Result<BranchRun>>(
            runBranch(branch->spec, branch->weights, branch->input, algorithm, Capture::Activations,
                      context));
        const auto run = [=]() -> Result<BackwardRun> {
            if (!*forward)
                return forward->error();
            const BranchRun& ran = **forward;
            return runBackward(branch->spec, branch->weights, branch->input, ran, *ran.output,
                               Gradients::OfInputAndParameters, algorithm, context);
        };
        Candidate candidate;
        candidate.branch = branch;
        candidate.algorithm = algorithm;
        candidate.output = [run]() -> Result<SharedTensor> {
            ASSIGN_OR_RETURN(BackwardRun back, run());
            return std::make_shared<const Tensor>(std::move(back.input));
        };
        candidate.time = [run]() -> Result<double> {
            ASSIGN_OR_RETURN(const BackwardRun back, run());
            return back.milliseconds;
        };
        return candidate;
    }

    static constexpr std::string_view kBackward = "backward ";

    static constexpr std::size_t kPoolBytes = std::size_t{4} << 30;
    std::shared_ptr<TensorPool> m_pool = TensorPool::create(kPoolBytes);
    std::map<int, std::unique_ptr<ThreadTeam>> m_teams;
    std::map<std::string, SharedTensor> m_inputs;
    std::map<std::string, std::vector<Candidate>> m_candidates;
};

} // namespace

int main()
{
    Server server;
    for (std::string line; std::getline(std::cin, line);)
        std::cout << server.answer(line) << std::endl;
}
