from html.parser import HTMLParser

from tlf.model.finding import Finding, Findings, RuleResult
from tlf.render.html_findings import findings_html


class Tables(HTMLParser):
    """Gathers the tables of a page as rows of cell texts."""

    def __init__(self):
        super().__init__()
        self.tables, self.tags, self.inside = [], set(), False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.tables[-1][-1][-1] += data


def read(content):
    parser = Tables()
    parser.feed(content.decode("utf-8"))
    return parser


FOUND = Findings(
    (
        Finding(
            "AD002", "Warning", "ADTR", "PCHG", "not 100 * CHG / BASE", "S-1", "3", 17, "<b>-12.5</b>", ("T-1", "L-1")
        ),
        Finding("AD001", "Error", "ADSL", "AGE", "missing value", "S-2", waiver="site closed"),
        Finding("AD001", "Error", "ADSL", "AGE", "missing value", "S-3"),
    ),
    (
        RuleResult("AD001", "ADSL", "failed", "AGE has a value", count=2),
        RuleResult("AD002", "ADTR", "failed", "PCHG is right", count=250),
        RuleResult("AD003", "ADTTE", "skipped", "CNSR is 0 or 1", reason="no ADTTE"),
        RuleResult("AD004", "ADSL", "passed", "USUBJID is unique"),
    ),
)


def test_the_page_has_summary_rules_and_findings():
    summary, rules, findings = read(findings_html(FOUND, title="Findings")).tables
    assert summary[1:] == [["AD001", "Error", "2", "1"], ["AD002", "Warning", "250", "0"]]
    assert rules[3] == ["AD003", "ADTTE", "skipped", "0", "CNSR is 0 or 1", "no ADTTE"]
    assert findings[1] == [
        "AD002", "Warning", "ADTR", "S-1", "3", "17", "PCHG", "<b>-12.5</b>", "not 100 * CHG / BASE", "T-1, L-1", "",
    ]  # fmt: skip
    assert findings[2][-1] == "site closed"


def test_values_are_text_and_never_markup():
    page = findings_html(FOUND, title="<script>alert(1)</script>").decode()
    assert "<script>" not in page
    assert "&lt;b&gt;-12.5&lt;/b&gt;" in page


def test_the_page_is_self_contained():
    page = read(findings_html(FOUND, title="Findings"))
    assert not {"script", "link", "img", "iframe"} & page.tags


def test_simulated_data_are_called_so():
    assert b"SIMULATED DATA" in findings_html(FOUND, title="T", simulated=True)
    assert b"SIMULATED DATA" not in findings_html(FOUND, title="T", simulated=False)


def test_the_number_of_errors_that_are_not_waived_stands_at_the_top():
    page = findings_html(FOUND, title="T").decode()
    assert "1 error not waived, 3 findings shown; 4 rules: 1 passed, 2 failed, 1 skipped, 0 raised an error." in page


def test_no_findings_say_so():
    page = findings_html(Findings(), title="T")
    assert b"No findings." in page
    assert b"No rules were run." in page


def test_a_sponsors_style_is_added(tmp_path):
    (tmp_path / "report.css").write_text("h1 { color: teal } </style><script>")
    page = findings_html(FOUND, title="T", template_folder=tmp_path).decode()
    assert "color: teal" in page
    assert page.count("</style>") == 1
