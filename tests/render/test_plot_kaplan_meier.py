import io
import sys

import matplotlib
import pypdf
import pytest

from tlf import registry
from tlf.errors import RenderError
from tlf.render.fonts import text_width
from tlf.render.plot_kaplan_meier import plot_kaplan_meier

SIZE = {"width": 684.0, "height": 300.0}


def drawn(figure, **size):
    return plot_kaplan_meier(figure, **{**SIZE, **size})


def placed(content):
    """Return (text, left end, baseline) of every text in the drawing, in points from its lower left corner."""
    found = []

    def visit(text, cm, tm, *_):
        if text.strip():
            found.append((text.strip(), tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]))

    pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=visit)
    return found


def test_it_is_found_by_its_name():
    assert registry.lookup("plot", "kaplan_meier").function is plot_kaplan_meier


def test_the_drawing_has_exactly_the_size_of_its_slot(figure):
    box = pypdf.PdfReader(io.BytesIO(drawn(figure))).pages[0].mediabox
    assert (float(box.width), float(box.height)) == (684.0, 300.0)


def test_every_text_of_the_figure_is_searchable(figure, pdf_text):
    (text,) = pdf_text(drawn(figure))
    words = text.split()
    for wanted in ("≥30%", "<30%", "17.6", "(16.5,", "30.3)", "25.0", "NE)", "Events", "Median", "risk", "Months"):
        assert wanted in words
    for count in (18, 15, 9, 4, 99, 70, 44, 12, 3):
        assert str(count) in words


def test_numbers_at_risk_stand_below_their_ticks(figure):
    texts = placed(drawn(figure))
    middles = {}
    for text, x, y in texts:
        if text in {"12", "24", "36", "48", "70", "44"}:
            middles.setdefault(text, []).append((round(x + text_width(text, face="sans", size=9) / 2, 1), round(y, 1)))
    # The second series has 70 at risk at 12 months and 44 at 24 months.
    assert middles["70"][0][0] == min(middles["12"])[0]
    assert middles["44"][0][0] == middles["24"][0][0]
    assert middles["70"][0][1] < middles["24"][0][1]


def test_the_same_figure_gives_the_same_bytes(figure):
    assert drawn(figure) == drawn(figure)


def test_no_global_state_of_matplotlib_is_changed(figure):
    before = matplotlib.rcParams["pdf.fonttype"]
    drawn(figure)
    assert matplotlib.rcParams["pdf.fonttype"] == before
    assert "matplotlib.pyplot" not in sys.modules


def medians_at(content):
    return next((x, y) for text, x, y in placed(content) if text.startswith("Median"))


def test_medians_stand_at_the_right_where_curves_fall(figure):
    x, y = medians_at(drawn(figure))
    assert x > 400
    assert y > 230


def test_medians_stand_at_the_left_foot_where_curves_stay_high(build):
    high = build["series"](survival=(1.0, 0.99, 0.97, 0.96, 0.95), censor_survival=(0.99, 0.95))
    x, y = medians_at(drawn(build["figure"](high)))
    assert x < 400
    assert y < 200


def test_medians_stand_above_the_plot_where_curves_fill_it(build):
    high = build["series"]("high", survival=(1.0, 0.99, 0.97, 0.96, 0.95), censor_survival=(0.99, 0.95))
    low = build["series"]("low", survival=(1.0, 0.2, 0.1, 0.05, 0.02), censor_survival=(0.2, 0.02))
    content = drawn(build["figure"](high, low))
    top = next(y for text, _, y in placed(content) if text == "1.0")
    assert medians_at(content)[1] > top


def test_a_curve_beyond_the_last_tick_is_not_cut_off(build):
    long = build["series"](time=(0.0, 10.0, 60.0), survival=(1.0, 0.5, 0.25), censor_time=(), censor_survival=())
    texts = placed(drawn(build["figure"](long)))
    # 48 of 60 months: the last tick stands well before the right end of the axis.
    assert next(x for text, x, _ in texts if text == "48") < 0.84 * 684


def test_one_group_and_four_groups_can_be_drawn(build):
    for count in (1, 4):
        figure = build["figure"](*(build["series"](f"Group {n}") for n in range(count)))
        assert drawn(figure).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ({"time": (1.0, 2.0), "survival": (1.0, 0.5)}, "times start at 0"),
        ({"survival": (1.0, 0.9)}, "times start at 0 and each has its survival"),
        ({"survival": (1.0, 0.9, 0.8, 0.45, 1.3)}, "survival lies between 0 and 1"),
        ({"time": (0.0, 5.0, 4.0, 17.6, 30.0)}, "times ascend"),
        ({"at_risk": (1, 2)}, "one number at risk for each of 5 ticks"),
        ({"evnts": 3}, "no 'evnts'. Did you mean events"),
        ({"label": "10⁰"}, r"U\+2070"),
    ],
)
def test_data_that_do_not_make_a_curve_are_refused(build, series, message):
    with pytest.raises(RenderError, match=message):
        drawn(build["figure"](build["series"](**series)))


def test_missing_keys_and_too_many_groups_are_refused(build):
    figure = build["figure"]()
    del figure.data["x_label"]
    with pytest.raises(RenderError, match="F-14-2-4-5: the data of a kaplan_meier plot need x_label"):
        drawn(figure)
    short = build["series"]()
    del short["median"]
    with pytest.raises(RenderError, match="lacks median"):
        drawn(build["figure"](short))
    with pytest.raises(RenderError, match="shows 1 to 4 groups, not 5"):
        drawn(build["figure"](*(build["series"](str(n)) for n in range(5))))


def test_a_slot_too_small_for_the_curves_is_refused(figure):
    with pytest.raises(RenderError, match="leave no room for the curves"):
        drawn(figure, height=170)
