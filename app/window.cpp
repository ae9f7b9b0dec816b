#include "app/window.h"

#include "app/command.h"
#include "app/version.h"
#include "core/experiment/opening.h"
#include "core/image/samples.h"
#include "core/tensor/memory.h"
#include "ui/image/picture_file.h"
#include "ui/main_window.h"

#include <QApplication>

namespace factorscope {
namespace {

Result<Picture> openingPicture(int argc, char** argv)
{
    if (argc > 1)
        return readPicture(argv[1], availableMemoryBytes());
    return findSample(kOpeningSample)->draw(kSampleSize);
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
    QCoreApplication::setApplicationName(QStringLiteral("Factorscope"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(kVersion));
    Result<Picture> picture = openingPicture(argc, argv);
    if (!picture) {
        printMessage("error", picture.error().message());
        return 1;
    }
    Experiment experiment = openingExperiment();
    experiment.picture = std::make_shared<const Picture>(*std::move(picture));
    MainWindow window(experiment);
    window.QWidget::show();
    return QApplication::exec();
}

} // namespace factorscope
