from tlf.model.comparison import ComparedStat, Comparison
from tlf.render.html_comparison import comparison_html

EQUAL = ComparedStat("cox", "arm=A", "hazard_ratio", "1.002", "1.002", 1e-12, 1e-6, "equal")
OTHER = ComparedStat("cox", "arm=B <1>", "p_value", "0.0050", "0.0065", -0.0015, 1e-6, "different")
ABSENT = ComparedStat("km", "arm=A", "median", "17.6", "", None, 1e-6, "only production")


def page(*stats, not_compared=(), **given):
    return comparison_html(Comparison(stats, not_compared), title="QC", **given).decode()


def test_differences_stand_first_and_all_statistics_follow():
    text = page(EQUAL, OTHER, ABSENT)
    assert "2 of 3 statistics differ; 0 analyses have no second program." in text
    unequal, everything = text.index("Statistics that are not equal"), text.index("All statistics")
    assert unequal < text.index("-0.0015") < everything < text.rindex("1e-12")
    assert "only production" in text


def test_each_analysis_has_its_line():
    text = page(EQUAL, OTHER, ABSENT)
    assert '<td>cox</td><td class="number">2</td><td class="number">1</td><td class="number">1</td>' in text
    assert '<td>km</td><td class="number">1</td><td class="number">0</td><td class="number">1</td>' in text


def test_analyses_without_a_second_program_are_listed_with_the_reason():
    text = page(EQUAL, not_compared=(("forest", "no recompute registered"),))
    assert "1 analysis has no second program" in text
    assert "<td>forest</td><td>no recompute registered</td>" in text


def test_texts_are_escaped():
    assert "arm=B &lt;1&gt;" in page(OTHER)


def test_nothing_compared_says_so_and_simulated_data_are_called_so():
    assert "Nothing was compared." in page()
    assert "SIMULATED DATA" in page(EQUAL, simulated=True)
