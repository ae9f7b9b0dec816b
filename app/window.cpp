#include "app/window.h"

#include "app/command.h"
#include "app/version.h"
#include "core/experiment/adopt_input.h"
#include "core/experiment/input_tensor.h"
#include "core/experiment/opening.h"
#include "core/image/samples.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"
#include "ui/image/picture_file.h"
#include "ui/main_window.h"

#include <QApplication>

namespace factorscope {
namespace {

/// What the window shows first: a picture or a tensor named on the command line, or the sample.
Result<Experiment> firstExperiment(int argc, char** argv)
{
    const Experiment opening = openingExperiment();
    if (argc < 2)
        return withPicture(
            opening,
            std::make_shared<const Picture>(findSample(kOpeningSample)->draw(kSampleSize)));
    const std::string path = argv[1];
    ASSIGN_OR_RETURN(const bool isTensor, isNpyFile(path));
    if (isTensor) {
        ASSIGN_OR_RETURN(SharedTensor tensor, readInputTensor(path, availableMemoryBytes()));
        return withTensor(opening, std::move(tensor));
    }
    ASSIGN_OR_RETURN(Picture picture, readPicture(path, availableMemoryBytes()));
    return withPicture(opening, std::make_shared<const Picture>(std::move(picture)));
}

bool hasDisplay()
{
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY")
        || qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

} // namespace

int runWindow(int argc, char** argv)
{
    if (!hasDisplay()) {
        printMessage("error",
                     "there is no display for the window; --help lists what works without one");
        return 1;
    }
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("factorscope"));
    QCoreApplication::setApplicationName(QStringLiteral("Factorscope"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(kVersion));
    const Result<Experiment> experiment = firstExperiment(argc, argv);
    if (!experiment) {
        printMessage("error", experiment.error().message());
        return 1;
    }
    MainWindow window(*experiment);
    window.QWidget::show();
    return QApplication::exec();
}

} // namespace factorscope
