"""The whole way: `legup run` sends a real email, its reader opens it in a browser, presses, and that holds."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from playwright.sync_api import Browser, expect

from config.accounts import SmtpSecurity
from tests.standins.commands import Process
from tests.standins.free_port import free_port
from tests.standins.smtp import Letter, SmtpStandIn

FILE = """\
timezone: Europe/London
quiet_hours: []
database: state/legup.db
smtp: {{host: 127.0.0.1, port: {mail}, security: none, from_address: nudges@example.org}}
web: {{enabled: true, port: {port}, public_url: "http://127.0.0.1:{port}"}}
people:
  - id: sam
    channel: email
    email: sam@example.org
    nudges: {{bedtime_stretch: on}}
"""


def link(letter: Letter, text: str) -> str:
    """Where the link with this text leads."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>\s*{text}\s*</a>', letter.part("html"))
    assert found, letter.part("html")
    return found[1]


def test_from_an_email_to_a_choice_that_holds(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with SmtpStandIn(tmp_path, security=SmtpSecurity.NONE) as mail:
        (tmp_path / "legup.yaml").write_text(FILE.format(mail=mail.port, port=port))
        with Process(tmp_path, "run") as running:
            mail.letters.wait_for(1, 30)
            with Process(tmp_path, "send", "bedtime_stretch", "--to", "sam") as sending:
                assert sending.ended() == 0, sending.text
            _, nudge = mail.letters.wait_for(2, 30)
            page = browser.new_page()

            page.goto(link(nudge, "Done"))
            page.get_by_role("button").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Well noted.")

            page.goto(link(nudge, "Again in 30 minutes"))
            page.get_by_role("button").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("It comes again at")

            page.get_by_role("link", name="See or change your nudges").click()
            page.get_by_role("link", name="Your diary").click()
            expect(page.get_by_text("Days with a stretch done")).to_have_count(2)
            expect(page.locator(".days .stretch")).to_have_count(1)

            page.goto(link(nudge, "Stop all messages"))
            page.get_by_role("button").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("All nudges are stopped.")
            page.close()
            running.interrupt(signal.SIGTERM)
            assert running.ended() == 0
    assert running.text.count("web: POST /a/{token} 200") == 3
    with Process(tmp_path, "people", "consent", "sam") as log:
        assert log.ended() == 0, log.text
    assert re.search(r"stopped\s.*link", log.text), log.text
