"""Durations are read as a spec writes them; days by the definitions of the first study."""

import pytest
from pydantic import BaseModel, ValidationError

from tlf.model.duration import Duration


@pytest.mark.parametrize(
    ("written", "days", "label", "text"),
    [
        ("150 d", 150.0, "150 days", "150 d"),
        ("1 day", 1.0, "1 day", "1 d"),
        ("36 wk", 252.0, "36 weeks", "36 wk"),  # 36 x 7
        ("2 weeks", 14.0, "2 weeks", "2 wk"),
        ("6 mo", 182.625, "6 months", "6 mo"),  # 6 x 365.25 / 12
        ("0.5mo", 15.21875, "0.5 months", "0.5 mo"),
        ("2 Y", 730.5, "2 years", "2 y"),
        ("none", None, "No limit", "none"),
        (None, None, "No limit", "none"),
        (" None ", None, "No limit", "none"),
    ],
)
def test_a_duration_is_a_number_and_a_unit_or_none(written, days, label, text):
    duration = Duration.parse(written)
    assert (duration.days, duration.label, str(duration)) == (days, label, text)
    assert Duration.parse(str(duration)) == duration
    assert Duration.parse(duration) is duration


@pytest.mark.parametrize("written", ["", "150", "d", "-5 d", "5 parsecs", "1e3 d", "5 d 3 d", 150, True, "1,5 mo"])
def test_anything_else_is_refused_with_what_was_expected(written):
    with pytest.raises(ValueError, match=r"a duration is a number and a unit \(d, wk, mo, y\) or none, not"):
        Duration.parse(written)


def test_a_model_reads_and_writes_durations_as_text():
    class Block(BaseModel):
        at: dict[str, Duration]

    block = Block.model_validate({"at": {"L": "36 wk", "ALL": "none"}})
    assert block.at["L"].days == 252.0
    assert block.model_dump(mode="json") == {"at": {"L": "36 wk", "ALL": "none"}}
    with pytest.raises(ValidationError, match="a duration is a number and a unit"):
        Block.model_validate({"at": {"L": "36"}})
    schema = Block.model_json_schema()["properties"]["at"]["additionalProperties"]
    assert schema["type"] == ["string", "null"]
