"""More than expected over the interface: the marks with method and leads; who may not read leads gets a sentence."""

from __future__ import annotations

from tests.data.test_anomalies import fill, small, timedelta, usual_weeks


def test_the_marks_come_with_their_method_their_days_and_their_leads(call, served):
    _, _, record = served
    usual_weeks(record)
    fill(record, [small.NOW - timedelta(hours=1, minutes=n) for n in range(12)], village=1)
    told = call("dispatcher", "GET", "/anomalies").json()
    assert told["judged"]
    assert told["rate"] == 0.01
    assert "Benjamini–Hochberg" in told["method"]
    cell = next(row for row in told["rows"] if row["code"] == small.VILLAGES[1])
    assert (cell["kind"], cell["name"]["zh"], cell["count"], cell["usual"], len(cell["leads"])) == (
        "cell",
        "二村",
        12,
        0.0,
        12,
    )


def test_who_may_not_read_leads_hears_so(call):
    answer = call("admin", "GET", "/anomalies")
    assert answer.status_code == 403
    assert answer.json()["code"] == "errors_access.forbidden"
