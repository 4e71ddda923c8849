"""The log for people: what it does not tell."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scheduler.cli.log import _record
from scheduler.cli.log_lines import print_lines
from scheduler.delivery.standing import Ended
from scheduler.service.explaining import explain
from tests.standins.talk import nudge


@pytest.mark.parametrize("ended", Ended)
def test_which_end_it_was_is_not_told(ended: Ended, capsys: pytest.CaptureFixture[str]) -> None:
    delivery = replace(nudge(1, ended), cause="reply:sms:SM1", asked=True)
    explained = explain(delivery, (), "Europe/London")
    print_lines([explained], verbose=True)
    told = capsys.readouterr().out + json.dumps(_record(explained))
    assert "ended, asked for" in told
    assert str(ended) not in told
