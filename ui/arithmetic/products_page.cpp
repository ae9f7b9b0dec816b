#include "ui/arithmetic/products_page.h"

#include "core/experiment/fields.h"
#include "ui/arithmetic/source_picture.h"
#include "ui/arithmetic/sum_controls.h"
#include "ui/arithmetic/sum_widget.h"
#include "ui/arithmetic/sum_words.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/receptive/close_up_widget.h"
#include "ui/receptive/receptive_view.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>

namespace factorscope {

ProductsPage::ProductsPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_grid(new QGridLayout(this)),
      m_controls(new SumControls(this)), m_map(new MapPaneWidget(view, this)),
      m_source(new CloseUpWidget(this)), m_words(new QLabel(this)), m_lane(this)
{
    setAccessibleName(tr("Products"));
    for (SumWidget*& pane : m_panes)
        pane = new SumWidget(this);
    layOut();
    for (const SumPlace place : kSumPlaces)
        connectPane(place);
    connectControls();
    setFocusProxy(m_panes.front());
    connect(&m_view, &ViewState::changed, this, &ProductsPage::follow);
    connect(&m_view, &ViewState::cursorChanged, this, &ProductsPage::ask);
    connect(m_map, &MapPaneWidget::resized, this, &ProductsPage::render);
    connect(&m_lane, &AnalysisLane::failed, this, &ProductsPage::failed);
    connect(&m_lane, &AnalysisLane::stopped, this, [this] {
        m_asked.reset();
        m_words->setText(tr("Stopped. Move the cursor or choose anew to go on."));
    });
}

ProductsPage::~ProductsPage() = default;

void ProductsPage::layOut()
{
    m_source->setAccessibleName(tr("Close-up")); // until it shows one
    for (QWidget* narrow : std::initializer_list<QWidget*>{m_map, m_source})
        narrow->setMinimumWidth(25 * kGrid); // two of them are as wide as one sum
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setIndent(kGrid); // as the sums have it
    m_words->setAccessibleName(tr("What both branches make of the pixel"));
    auto* sources = new QHBoxLayout;
    sources->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    sources->setSpacing(2 * kGrid);
    sources->addWidget(m_map, 1);
    sources->addWidget(m_source, 1);
    QGridLayout* grid = m_grid;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(4 * kGrid);
    grid->setVerticalSpacing(2 * kGrid);
    grid->addWidget(m_controls, 0, 0, 1, 2);
    grid->addWidget(&sum(SumPlace::Original), 1, 0);
    grid->addWidget(&sum(SumPlace::Factorised), 1, 1);
    grid->addLayout(sources, 2, 0);
    grid->addWidget(&sum(SumPlace::Opened), 2, 1);
    grid->addWidget(m_words, 3, 0, 1, 2);
    for (const int i : {0, 1})
        grid->setColumnStretch(i, 1);
    for (const int i : {1, 2})
        grid->setRowStretch(i, 1);
}

/// Where there is no room for two rows, as in a presentation, the one has the sums alone: the
/// opened tap takes the place of its branch while it is the one that is stepped through.
void ProductsPage::fit()
{
    constexpr int kLeastLines = 22; // of text, for two rows
    m_words->setMinimumHeight(m_words->fontMetrics().height() + kGrid); // before there are any
    const bool isTight = height() < kLeastLines * fontMetrics().height();
    SumWidget& branch = sum(SumPlace::Factorised);
    SumWidget& opened = sum(SumPlace::Opened);
    if (isTight != m_isTight) {
        m_isTight = isTight;
        for (QWidget* source : std::initializer_list<QWidget*>{m_map, m_source})
            source->setVisible(!isTight);
        m_grid->addWidget(&opened, isTight ? 1 : 2, 1);
        m_grid->setRowStretch(2, isTight ? 0 : 1);
    }
    const bool isOpened = m_view.settings().arithmetic.active == SumPlace::Opened;
    const bool hadFocus = branch.hasFocus() || opened.hasFocus();
    branch.setVisible(!isTight || !isOpened);
    opened.setVisible(!isTight || isOpened);
    if (isTight && hadFocus)
        (isOpened ? opened : branch).setFocus();
}

void ProductsPage::connectPane(SumPlace place)
{
    SumWidget* pane = &sum(place);
    connect(pane, &SumWidget::activated, this,
            [this, place] { change([=](ArithmeticLook& look) { look.active = place; }); });
    connect(pane, &SumWidget::termsWanted, this,
            [this, place](std::optional<qint64> terms) { setTerms(place, terms); });
    connect(pane, &SumWidget::playWanted, this, [this, place] {
        change([=](ArithmeticLook& look) { look.active = place; });
        play();
    });
    connect(pane, &SumWidget::openWanted, this,
            [this, place](qint64 product) { open(place, static_cast<std::size_t>(product)); });
    connect(pane, &SumWidget::closeWanted, this, [this, place] { close(place); });
}

void ProductsPage::connectControls()
{
    connect(m_controls, &SumControls::orderWanted, this, [this](ProductOrder order) {
        change([=](ArithmeticLook& look) { look.order = order; });
    });
    connect(m_controls, &SumControls::playWanted, this, &ProductsPage::play);
    connect(m_controls, &SumControls::termsWanted, this, [this](std::optional<qint64> terms) {
        setTerms(m_view.settings().arithmetic.active, terms);
    });
    connect(m_controls, &SumControls::speedWanted, &m_player, &SumPlayer::setTermsPerSecond);
    m_player.setTermsPerSecond(m_controls->termsPerSecond());
    connect(&m_player, &SumPlayer::due, this, &ProductsPage::add);
    connect(&m_player, &SumPlayer::playingChanged, this, &ProductsPage::showSums);
}

template <typename Change>
void ProductsPage::change(const Change& change)
{
    ViewSettings settings = m_view.settings();
    change(settings.arithmetic);
    m_view.set(settings);
}

void ProductsPage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    m_asked.reset();
    ask();
    render();
}

/// Steps need no work: what is shown is shown otherwise.
void ProductsPage::follow()
{
    fit();
    showSums();
    ask();
    render();
}

/// On the lane, unless it is what was asked last.
void ProductsPage::ask()
{
    if (!m_both || !isVisible())
        return;
    const SumsQuestion question = sumsQuestion(*m_both, m_view.settings());
    if (question == m_asked)
        return;
    m_asked = question;
    m_map->setRestingCursor(question.output.position);
    m_lane.ask([this, both = m_both, question,
                before = m_sums](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(ArithmeticSums sums,
                         arithmeticSums(both, question, before.get(), context));
        auto shown = std::make_shared<const ArithmeticSums>(std::move(sums));
        return AnalysisLane::Show([this, shown] { take(shown); });
    });
}

void ProductsPage::take(const std::shared_ptr<const ArithmeticSums>& sums)
{
    m_sums = sums;
    showSums();
    if (!isBusy())
        emit drawn();
}

const SumPicture& ProductsPage::activePicture() const
{
    return sum(m_view.settings().arithmetic.active).picture();
}

void ProductsPage::showSums()
{
    if (!m_sums || !isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    const Theme& theme = themeOf(*this);
    const Colormap& colours = settings.divergingOn(theme.isDark);
    for (const SumPlace place : kSumPlaces)
        sum(place).show(sumPicture(*m_sums, place, settings.arithmetic, theme), &colours);
    m_controls->syncFrom(activePicture(), settings.arithmetic.order, isPlaying());
    m_words->setText(sumsInWords(*m_sums));
    showSource();
}

void ProductsPage::showSource()
{
    const ViewSettings& settings = m_view.settings();
    m_source->show(sourcePicture(*m_sums, settings.arithmetic.active, activePicture(), settings,
                                 themeOf(*this)));
    markTap();
}

/// On the input, too, where its pixels are large enough to tell one from another.
void ProductsPage::markTap()
{
    constexpr double kLeast = 1.5 * kGrid; // side of a pixel
    if (m_image.isNull())
        return;
    m_pane.marked.reset();
    const SumPlace active = m_view.settings().arithmetic.active;
    const SumPicture& picture = activePicture();
    const auto current = picture.isEmpty() ? std::nullopt : picture.current();
    if (m_sums && current && sourceOf(*m_sums, active) == SumSource::Input) {
        const Product& product = picture.sum().products[*current];
        const QRectF pixel = m_pane.mapping(m_view.settings().viewport)
                                 .toTile(product.x, product.y, product.x, product.y);
        if (product.tap != Tap::Padding && pixel.width() >= kLeast)
            m_pane.marked = PixelBox{product.y, product.x, product.y, product.x};
    }
    m_map->setPane(m_pane, m_image, m_fields);
}

/// The input to point at.
void ProductsPage::render()
{
    if (!m_both || !isVisible())
        return;
    const ViewSettings settings
        = ReceptiveView::settingsOf(Stage::Input, *m_both, m_view.settings());
    const QRectF place(QPointF(0.0, 0.0), m_map->size());
    const MapPane pane = mapPane(*m_both, settings, Stage::Input, place, font(), themeOf(*this));
    const ExperimentFields fields = fieldsOf(m_both->experiment);
    m_renderer.request({renderingOf(pane, *m_both, settings, devicePixelRatioF(), themeOf(*this))},
                       [this, pane, fields](const std::vector<QImage>& images) {
                           m_pane = pane;
                           m_image = images.front();
                           m_fields = fields;
                           markTap();
                           if (!isBusy())
                               emit drawn();
                       });
}

void ProductsPage::setTerms(SumPlace place, std::optional<std::int64_t> terms)
{
    m_player.stop();
    change([&](ArithmeticLook& look) {
        look.active = place;
        look.termsOf(place) = terms;
    });
}

/// Or closes it, where it is the one that is open.
void ProductsPage::open(SumPlace place, std::size_t product)
{
    if (!m_sums || place == SumPlace::Original || !m_sums->hasBelow(place, product))
        return;
    const TapPlace tap = placeOf((*m_sums)[place]->sum, product);
    change([&](ArithmeticLook& look) {
        std::vector<TapPlace> path;
        if (place == SumPlace::Opened)
            path = look.opened.empty()
                ? std::vector{placeOf((*m_sums)[SumPlace::Factorised]->sum, m_sums->path.front())}
                : look.opened;
        path.push_back(tap);
        look.opened = path == look.opened ? std::vector<TapPlace>() : path;
        if (m_isTight)
            look.active = SumPlace::Opened;
        look.termsOf(SumPlace::Opened).reset();
    });
}

void ProductsPage::close(SumPlace place)
{
    change([&](ArithmeticLook& look) {
        if (place != SumPlace::Opened)
            look.opened.clear();
        else if (!look.opened.empty())
            look.opened.pop_back();
        if (m_isTight && look.opened.empty())
            look.active = SumPlace::Factorised;
        look.termsOf(SumPlace::Opened).reset();
    });
}

void ProductsPage::play()
{
    if (isPlaying()) {
        m_player.stop();
        return;
    }
    const SumPicture& picture = activePicture();
    if (picture.isEmpty())
        return;
    if (picture.taken() == picture.count())
        setTerms(m_view.settings().arithmetic.active, 0);
    m_player.play();
}

void ProductsPage::add(qint64 terms)
{
    const SumPicture& picture = activePicture();
    if (picture.isEmpty() || !picture.terms) {
        m_player.stop();
        return;
    }
    const std::int64_t to = termsAfter(picture, SumStep::On, terms);
    const bool isEnd = *picture.terms == picture.count();
    change([&](ArithmeticLook& look) {
        look.termsOf(look.active) = isEnd ? std::nullopt : std::optional(to);
    });
    if (isEnd)
        m_player.stop();
}

void ProductsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    follow();
}

void ProductsPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_player.stop();
    m_lane.cancel();
    m_asked.reset();
    m_sums.reset(); // they keep an answer, while others come and go
    m_renderer.forget();
}

void ProductsPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void ProductsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        follow();
}

} // namespace factorscope
