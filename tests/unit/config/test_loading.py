from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.loading import Loaded, load
from config.person import ChannelName, Consent
from config.phrase import parse_quiet_interval, parse_schedule
from config.schedule import TimeOfDay, Weeks

Told = Callable[..., list[str]]
LoadText = Callable[..., Loaded]

WHOLE = """\
timezone: Europe/London
language: es
wake: 6:30
bedtime: 00:30
quiet_hours: ["23:00-06:00", 13:00-14:00]
daily_limit: 5
discreet: off
channel: [sms, email]
consent: asked
nudges:
  hydration: every 2 h from 09:00 to 17:00
people:
  - id: ann
    name: Ann
    phone: "+44 7911 123456"
    email: Ann@Example.org
    apprise: ntfy://topic
    due_date: 2027-03-14
    paused_until: 2027-01-01 08:00
    nudges:
      potassium: {when: "at 12:00, 16:30", channel: apprise, late: 45 min, priority: 3,
                  weeks: 14-40, starts: 2026-12-01, ends: 2027-03-01}
      legs_up: off
  - {id: eve, timezone: Asia/Kathmandu, channel: console, quiet_hours: [], paused_until: 2027-01-01T08:00:00+02:00}
twilio:
  account_sid: AC00000000000000000000000000000000
  auth_token: hush
  from_number: "+44 7911 123457"
smtp:
  host: smtp.example.org
  from_address: legup <nudges@example.org>
"""


def test_everything_a_file_can_say_of_people_is_read(load_text: LoadText) -> None:
    loaded = load_text(WHOLE)
    assert loaded.faults == ()
    assert loaded.config is not None
    ann, eve = loaded.config.people
    assert (ann.id, ann.contacts.name, ann.contacts.phone) == ("ann", "Ann", "+447911123456")
    assert (ann.contacts.email, ann.contacts.apprise) == ("Ann@example.org", "ntfy://topic")
    wishes = ann.preferences
    assert (wishes.timezone, wishes.language, wishes.daily_limit) == ("Europe/London", "es", 5)
    assert (wishes.wake, wishes.bedtime) == (TimeOfDay(390), TimeOfDay(30))
    assert wishes.quiet_hours == (parse_quiet_interval("23:00-06:00"), parse_quiet_interval("13:00-14:00"))
    assert (wishes.discreet, wishes.consent) == (False, Consent.ASKED)
    assert wishes.channels == (ChannelName.SMS, ChannelName.EMAIL)
    assert wishes.due_date == date(2027, 3, 14)
    assert wishes.paused_until == datetime(2027, 1, 1, 8, tzinfo=UTC)
    hydration, legs_up, potassium = wishes.nudges
    assert str(hydration.schedule) == "every 2 h from 09:00 to 17:00"
    assert (legs_up.on, legs_up.schedule) == (False, None)
    assert potassium.schedule == parse_schedule("at 12:00 and 16:30")
    assert (potassium.channels, potassium.late) == ((ChannelName.APPRISE,), timedelta(minutes=45))
    assert (potassium.priority, potassium.weeks) == (3, Weeks(14, 40))
    assert (potassium.starts, potassium.ends) == (date(2026, 12, 1), date(2027, 3, 1))
    assert (eve.preferences.timezone, eve.preferences.quiet_hours) == ("Asia/Kathmandu", ())
    assert eve.preferences.paused_until == datetime(2027, 1, 1, 6, tzinfo=UTC)


ONE = "timezone: Europe/London\npeople:\n  - id: me\n    nudges: {hydration: on}\n"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("wkae: '07:00'", '4:5: unknown key "wkae"; did you mean "wake"?'),
        ("twilio: {}", '4:5: unknown key "twilio"; it belongs to the top of the file'),
        ("wake: 7", '4:11: 7 is a number: a time goes in quotes: "07:00"'),
        ("wake: 7.30", '4:11: 7.3 is a number: a time goes in quotes: "07:00"'),
        ("wake: true", '4:11: true is not text: a time goes in quotes: "07:00"'),
        ("wake: [07:00]", '4:5: not text: a time goes in quotes: "07:00"'),
        ('wake: "25:00"', '4:11: "25:00" is not a time: write it like "07:00" or "22:30"'),
        ('bedtime: "24:00"', '4:14: "24:00" may only end a window; midnight is "00:00"'),
        ("wake:", '4:5: "wake" is empty: give it a value or remove the line'),
        ("phone:", '4:5: "phone" is empty'),
        ("paused_until: ~", '4:19: "paused_until" is empty'),
        ("timezone: London", '4:15: "London" is not a time zone; did you mean "Europe/London"?'),
        ("timezone: Europe/Lodnon", '4:15: "Europe/Lodnon" is not a time zone; did you mean "Europe/London"?'),
        ("timezone: qqqq", '4:15: "qqqq" is not a time zone; one looks like Europe/London'),
        ("language: fr", '4:15: there are no messages in "fr"; there are some in en, es'),
        ("due_date: 2027-02-30", "4:15: no such date; dates are written year-month-day: 2027-03-14"),
        ("due_date: 14.3.2027", "4:15: no such date"),
        ("due_date: 1027-02-03", "4:15: no such date"),
        ("due_date: 20270314", "4:15: not text: a date is written 2027-03-14"),
        ("paused_until: tomorrow", '4:19: "tomorrow" is not a day or instant'),
        ("quiet_hours: 22", '4:18: 22 is a number: quiet hours are a list: ["22:30-07:00"], or [] for none'),
        ('quiet_hours: ["22:30"]', '4:5: "22:30": expected a dash, as in "22:30-07:00", but it ends there'),
        ("quiet_hours: [7]", "4:5: 7 is a number: quiet hours are a list"),
        ("quiet_hours:", '4:5: "quiet_hours" is empty'),
        ("daily_limit: 0", '4:18: "0": must be at least 1'),
        ("daily_limit: many", '4:18: "many": expected a whole number'),
        ("daily_limit: 1.5", '4:18: "1.5": expected a whole number'),
        ("discreet: maybe", '4:15: "maybe": expected true or false'),
        ("consent: yes", '4:14: "yes" is no consent; there are given and asked'),
        ("channel: smss", '4:14: "smss" is no channel; there are console, sms, email and apprise; did you mean "sms"?'),
        ("channel: [sms, sms]", '4:5: "sms" is there twice'),
        ("channel: []", "4:5: write one channel or a list of two"),
        ("channel: [sms, email, console]", "4:5: write one channel or a list of two"),
        ("name: 007", "4:11: not text: a name that is a number goes in quotes"),
        ('name: "two\\nlines"', "4:11: a name has up to 100 characters on one line"),
        ("phone: +447911123456", '4:12: a number goes in quotes, with its country code: "+44 7700 900123"'),
        ('phone: "07911 123456"', '4:12: the number "...56" lacks its country code'),
        ('phone: "+44 7911 12345678901"', '4:12: the number "...01" cannot exist: it has too many digits'),
        ('phone: "+44 79"', '4:12: the number "..." cannot exist: it has too few digits'),
        ('phone: "+what"', '4:12: not a phone number: "..."'),
        ("email: sam", '4:12: not an email address: "..."; an email address must have an @-sign'),
        ("email: sam@e@x.org", '4:12: not an email address: "s...@x..."; a character in it is not allowed'),
        ("email: 5", "4:12: an email address is text"),
        ("apprise: topic", '4:14: not an Apprise URL: one looks like "ntfy://topic"'),
        ("channel: sms", '4:14: channel sms needs `phone:` for "me"'),
        ("channel: apprise", '4:14: channel apprise needs `apprise:` for "me"'),
    ],
)
def test_what_is_wrong_with_a_person_is_told_at_its_place(told: Told, line: str, fault: str) -> None:
    found = told(ONE.replace("    nudges", f"    {line}\n    nudges"))
    assert any(each.startswith(fault) or fault in each for each in found), found


@pytest.mark.parametrize(
    ("nudge", "fault"),
    [
        ("hydraton: on", '5:7: unknown nudge "hydraton"; did you mean "hydration"?'),
        ("zzz: on", '5:7: unknown nudge "zzz"; there are bedtime_stretch, '),
        (
            "hydration: every 3 h form 09:00",
            '5:18: "every 3 h form 09:00": expected "from", "on" or the end, not "form"; did',
        ),
        ("hydration:", "5:7: empty: write on, off or a phrase"),
        ('hydration: ""', "5:18: empty: expected"),
        ("hydration: yes", '5:18: "yes": write on'),
        ("hydration: No", '5:18: "No": write off'),
        ("hydration: 8", "5:18: 8 is a number: write on, off or a phrase"),
        ("hydration: [at 8]", "5:7: not text: write on, off or a phrase"),
        (
            "hydration: {when: at 08:00, 12:00}",
            '5:35: the comma cut this phrase short; put it in quotes: {when: "at 08:00, 12:00"}',
        ),
        ("hydration: {when: at 08:00 on mon, wed-fri, sun, late: 5 min}", '{when: "at 08:00 on mon, wed-fri, sun"}'),
        ("hydration: {when: on, zzz}", '5:29: unknown key "zzz"'),
        ("hydration: {whn: on}", '5:19: unknown key "whn"; did you mean "when"?'),
        ("hydration: {late: 45}", "5:25: 45 is a number: a duration has a unit"),
        ("hydration: {late: 2 days}", '5:25: "2 days" is out of bounds: it must be between "1 min" and "24 h"'),
        ("hydration: {late: }", '5:19: "late" is empty'),
        ("hydration: {weeks: 14}", "5:26: 14 is a number: weeks are written 14-40, or 14- for up to the end"),
        ("hydration: {weeks: 40-14}", '5:26: "40-14": expected a last week that is not before week 40'),
        ("hydration: {priority: high}", '5:29: "high": expected a whole number'),
        ("hydration: {starts: soon}", "5:27: no such date"),
        ("hydration: {channel: sms}", '5:28: channel sms needs `phone:` for "me"'),
        (
            "hydration: every 2 h from wake to 07:00",
            '5:18: "every 2 h from wake to 07:00" begins and ends at 07:00 for "me": change one end',
        ),
    ],
)
def test_what_is_wrong_with_a_nudge_is_told_at_its_place(told: Told, nudge: str, fault: str) -> None:
    text = ONE.replace("    nudges: {hydration: on}", f"    nudges:\n      {nudge}")
    found = told(text)
    assert any(fault in each for each in found), found


def test_a_cut_off_phrase_is_one_fault(told: Told) -> None:
    found = told(ONE.replace("hydration: on", "hydration: {when: at 08:00 on mon, wed-fri, sun}"))
    assert len(found) == 1


def test_a_phrase_comes_with_the_column_of_its_mistake(load_text: LoadText) -> None:
    loaded = load_text(ONE.replace("hydration: on", 'hydration: "every 3 h form 09:00"'))
    assert [(fault.phrase, fault.column) for fault in loaded.faults] == [("every 3 h form 09:00", 10)]


def test_no_caret_is_offered_below_a_phrase_of_several_lines(load_text: LoadText) -> None:
    loaded = load_text(ONE.replace("hydration: on", 'hydration: "every 3 h\\nform 09:00"'))
    assert [(fault.phrase, fault.column) for fault in loaded.faults] == [(None, 0)]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("tiemzone: UTC", '1:1: unknown key "tiemzone"; did you mean "timezone"?'),
        ("phone: x", '1:1: unknown key "phone"; it belongs to a person, below `people:`'),
        (
            "twilio: {account_sid: AC1, auth_token: x, from_number: x}",
            '1:23: an account SID is "AC" and 32 hexadecimal digits',
        ),
        ("twilio: {}", '1:1: "account_sid" is missing'),
        ("twilio: {}", "1:1: no credentials: give auth_token (best as LEGUP_TWILIO__AUTH_TOKEN), or an API key"),
        ("twilio: {}", "1:1: no sender: give from_number or messaging_service_sid"),
        ("twilio: {auth_token: x, api_key_sid: x}", "1:1: two ways of credentials"),
        ("twilio: {api_key_sid: x}", '1:1: "api_key_secret" is missing'),
        ("twilio: {api_key_secret: x}", '1:1: "api_key_sid" is missing'),
        ("twilio: {from_number: x, messaging_service_sid: x}", "1:1: two senders"),
        ('twilio: {from_number: "+44 79"}', '1:23: the number "..." cannot exist'),
        ("twilio: 5", "1:9: expected keys with values below it"),
        ("twilio:", '1:1: "twilio" is empty: give it a value or remove the line'),
        ("smtp: {}", '1:1: "host" is missing'),
        ("smtp: {host: h, from_address: nobody}", '1:31: not an email address: "..."'),
        ('smtp: {host: h, from_address: "a@example.org, b@example.org"}', "1:31: one address belongs here"),
        ('smtp: {host: h, from_address: "=?utf-8?q?x=0A?= <a@example.org>"}', "1:31: a line break, another control"),
        ('smtp: {host: h, from_address: "x\\ny <a@example.org>"}', "1:31: a line break, another control character"),
        ("smtp: {host: h, from_address: a@example.org, ca_file: ~nobody-of-this-name}", "1:55: there is no file"),
        (f"templates: {'t' * 300}", "1:12: there is no folder"),
        ('templates: "a\\0b"', "1:12: there is no folder"),
        ("templates: ~nobody-of-this-name", "1:12: there is no folder"),
        (f"database: {'d' * 300}", "1:11: no file can have this name"),
        ('database: "a\\0b"', "1:11: no file can have this name"),
        (
            "smtp: {host: h, from_address: a@example.org, security: startls}",
            '1:56: "startls": expected one of starttls, tls, none; did you mean "starttls"?',
        ),
        ("smtp: {password: x}", '1:1: "username" is missing'),
        ("smtp: {username: x}", '1:1: "password" is missing for this username; best given as LEGUP_SMTP__PASSWORD'),
        ("smtp: {host: h, from_address: a@example.org, ca_file: no.pem}", '1:55: there is no file "no.pem"'),
        (
            "smtp: {host: h, from_address: a@example.org, security: none, username: u, password: p}",
            "1:56: warning: the password crosses",
        ),
        ("web: {public_url: https://a.example.org}", "1:19: warning: nothing listens while `web.enabled` is false"),
        ("web: {enabled: true, public_url: http://a.example.org}", "1:34: warning: links of people and callbacks"),
        ("web: {port: 99999}", '1:13: "99999": must be at most 65535'),
        ("web: {public_url: example.org}", "1:19: a public URL begins with https://"),
        ('web: {public_url: "https://example.org/a b"}', "1:19: a public URL begins with https://"),
        ('web: {public_url: "https://b\u00fccher.example"}', "1:19: a public URL begins with https://"),
        ('web: {public_url: "https://example.org/?q=1"}', "1:19: a public URL begins with https://"),
        ("limits: {sms: {messages_per_second: 0}}", '1:37: "0": must be more than 0'),
        ("limits: {sms: {messages_per_second: fast}}", '1:37: "fast": expected a number'),
        ("limits: {sms: {concurrency: }}", '1:16: "concurrency" is empty'),
        ("retention: 90", "1:12: 90 is a number: a duration has a unit"),
        ("retention: 1 h", '1:12: "1 h" is out of bounds: it must be between "1 day" and "3650 days"'),
        ("secret_key: short", "1:13: too short: expected at least 32 characters"),
        (
            "database: mysql://me:hush@x/y",
            "1:11: write the path of a SQLite file, or a PostgreSQL database as postgresql://user@host/name",
        ),
        ("database: postgresql://me:hush@x/y", "1:11: leave the password out, for a URL is shown"),
        ("database: postgresql://me@x", "1:11: write the path of a SQLite file, or a PostgreSQL database as"),
        ('database: "postgresql://me@[x/y"', "1:11: write the path of a SQLite file, or a PostgreSQL database"),
        ("database: postgresql://me@x/y", "needed with PostgreSQL, the same for every worker: give LEGUP_SECRET_KEY"),
        ("database: 5", "1:11: expected text; put it in quotes"),
        ("templates: nowhere", '1:12: there is no folder "nowhere" beside this file'),
        ("nudges: [hydration]", "1:1: expected keys with values below it"),
        ("nudges: {potasium: on}", '1:10: unknown nudge "potasium"; did you mean "potassium"?'),
        ("language: fr", '1:11: there are no messages in "fr"'),
        ("quiet_hours:", '1:1: "quiet_hours" is empty'),
        ("bedtime: 07:00", '4:5: "me" gets up and goes to bed at 07:00: change `wake` or `bedtime`'),
    ],
)
def test_what_is_wrong_at_the_top_is_told_at_its_place(told: Told, lines: str, fault: str) -> None:
    found = told(f"{lines}\n{ONE}")
    assert any(fault in each for each in found), found
    assert not any("hush" in each for each in found)


def test_sms_and_email_need_their_settings(told: Told) -> None:
    people = ['{id: a, channel: [sms, email], phone: "+447911123456", email: a@example.org}']
    people += [f'{{id: b{number}, channel: sms, phone: "+447911123456"}}' for number in range(4)]
    text = "timezone: UTC\nnudges: {hydration: on}\npeople:\n" + "".join(f"  - {each}\n" for each in people)
    assert told(text) == [
        '4:13: channel sms, for "a", "b0", "b1" and 2 more, needs the `twilio:` settings at the top of the file',
        '4:13: channel email, for "a", needs the `smtp:` settings at the top of the file',
    ]


def test_every_fault_is_reported_in_one_run(told: Told) -> None:
    found = told(
        "timezone: Europe/Lndon\n"
        "twilio: {account_sid: x}\n"
        "people:\n"
        "  - id: me\n"
        "    wake: 7\n"
        "    channel: sms\n"
        "    nudges: {hydraton: at 8, potassium: at}\n"
        "  - id: me\n"
        "    nudges: {hydration: {late: 5}}\n"
        "  - nobody\n"
        "  - name: x\n"
        "    emial: x\n",
        {"LEGUP_TIMEZON": "x"},
    )
    parts = [
        "Lndon",
        "account SID",
        "no credentials",
        "no sender",
        "7 is a number",
        "`phone:`",
        "hydraton",
        '"at 8"',
        '"at"',
    ]
    parts += ['"me" is taken', "5 is a number", "written with keys", '"id" is missing', "emial", "LEGUP_TIMEZON"]
    assert [part for part in parts if not any(part in each for each in found)] == []
    assert len(found) == len(parts)


def test_a_doubled_id_names_the_first(told: Told, tmp_path: Path) -> None:
    found = told("timezone: UTC\nnudges: {hydration: on}\npeople:\n  - id: me\n  - id: me\n")
    assert found == [f'5:9: the id "me" is taken: see {tmp_path}/legup.yaml:4:9; give each person their own']


@pytest.mark.parametrize("written", ["a b", "-a", "a/b", "a:b", "é", '""', "x" * 65, '"+44"'])
def test_an_id_must_be_fit_for_logs_and_commands(told: Told, written: str) -> None:
    assert any("an id has up to 64" in each for each in told(ONE.replace("id: me", f"id: {written}")))


def test_an_id_that_is_a_number_must_be_quoted(told: Told) -> None:
    assert told(ONE.replace("id: me", "id: 007")) == ["3:9: 7 is a number: an id that is a number goes in quotes"]


def test_a_number_nobody_was_given_is_only_a_warning(load_text: LoadText, told: Told) -> None:
    text = ONE.replace("    nudges", '    phone: "+44 7700 900123"\n    nudges')
    assert told(text) == ['4:12: warning: no country gives out numbers like "...23": is a digit wrong?']
    config = load_text(text).config
    assert config is not None
    assert config.people[0].contacts.phone == "+447700900123"


def test_a_person_with_no_nudge_on_is_a_warning(told: Told) -> None:
    found = told("timezone: UTC\npeople:\n  - id: me\n    nudges: {hydration: off}\n")
    assert found == ['3:5: warning: no nudge is on for "me", so nothing will be sent; switch some on below `nudges:`']


def test_a_missing_time_zone_is_told_once_for_everyone(told: Told) -> None:
    found = told("nudges: {hydration: on}\npeople: [{id: a}, {id: b}, {id: c, timezone: UTC}]\n")
    assert found == [
        '2:10: no time zone for "a", "b": write yours at the top of the file, `timezone: Europe/London`',
    ]


@pytest.mark.parametrize("people", ["", "people:", "people: []"])
def test_a_file_without_people_is_a_fault(told: Told, people: str) -> None:
    assert any("nobody to nudge" in each for each in told(f"timezone: UTC\n{people}\n"))


def test_people_must_be_a_list(told: Told) -> None:
    assert told("timezone: UTC\npeople: {me: x}\n") == [
        "2:1: people are a list: begin each one with a dash, `- id: me`"
    ]


def test_a_person_must_have_keys(told: Told) -> None:
    assert told("timezone: UTC\npeople:\n  - me\n  -\n") == [
        "3:5: a person is written with keys: `- id: me`",
        "4:4: a person is written with keys: `- id: me`",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", ": the file is empty; `legup init` writes one"),
        (b"# nothing yet\n", ": the file is empty"),
        (b"timezone: UTC\nname: M\xfcller\n", "2: not UTF-8 text: save it with that encoding"),
        ("timezone: UTC".encode("utf-16"), "1: not UTF-8 text"),
        (b"timezone: UTC\n\tpeople: x\n", "2:1: broken YAML: a tab; YAML is indented with spaces only"),
        (b"a: [1", "1:6: broken YAML: expected ',' or ']'"),
        (b"a: b: c", '1:5: broken YAML: a second ":" on this line'),
        (b"a: 1\n---\nb: 2\n", '2:1: broken YAML: a second document ("---"); one file holds one'),
        (b"a: @x", "1:4: broken YAML: found character '@' that cannot start any token; put the text in quotes"),
        (b"a: 1\nb: \x07", "2:4: a character that YAML does not allow (number 7): remove it"),
        (b"[" * 5000, "nested too deeply: more than 40 levels"),
        (b"- me\n", "1:1: the file must begin with keys"),
        (b"me", "1:1: the file must begin with keys"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(told: Told, content: bytes, fault: str) -> None:
    found = told(content)
    assert len(found) == 1
    assert fault in f"{found[0]}"


def test_what_a_fault_repeats_cannot_break_its_line_or_steer_the_terminal(told: Told) -> None:
    assert told(f'"a\\n\\e[31m": 1\n{ONE}') == ['1:1: unknown key "a??[31m"']


def test_a_byte_order_mark_is_no_fault(told: Told) -> None:
    assert told("\ufeff" + ONE) == []


def load_path(source: Path) -> list[str]:
    loaded = load(source, nudges=("hydration",), languages=lambda _: ("en",), environ={})
    assert loaded.config is None
    return [f"{loaded.place_of(fault.path)}: {fault.text}" for fault in loaded.faults]


def test_a_missing_file_names_the_remedy(tmp_path: Path) -> None:
    source = tmp_path / "none.yaml"
    assert load_path(source) == [f"{source}: there is no such file; `legup init` writes one"]


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    assert load_path(tmp_path) == [f"{tmp_path}: this is a folder; name the file in it"]


def test_an_unreadable_file_gives_the_systems_reason(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert load_path(loop) == [f"{loop}: the file cannot be read: Too many levels of symbolic links"]


def test_a_file_without_an_end_is_not_read_for_ever() -> None:
    assert load_path(Path("/dev/zero")) == [
        "/dev/zero: this is larger than any configuration (32 MB): name another file"
    ]


def test_an_impossible_name_is_told(tmp_path: Path) -> None:
    assert "its name is not a file's name" in load_path(tmp_path / "a\0b")[0]


def test_secrets_and_contacts_are_in_no_fault_and_no_repr(load_text: LoadText) -> None:
    secrets = [
        "hush-token",
        "hush-key-of-thirty-two-characters",
        "7911123456",
        "sam@hush",
        "ntfy://hush",
        "2027-02",
        "hush-pw",
    ]
    good = (
        WHOLE.replace("auth_token: hush", "auth_token: hush-token")
        .replace("Ann@Example.org", "sam@hush.org")
        .replace("ntfy://topic", "ntfy://hush")
        .replace("2027-03-14", "2027-02-14")
        + "secret_key: hush-key-of-thirty-two-characters\ndatabase: hush-pw.db\n"
    )
    loaded = load_text(good)
    assert loaded.config is not None
    bad = (
        good.replace("AC0", "XX")
        .replace("host: smtp", "hots: smtp")
        .replace("database: ", "database: postgresql://me:")
    )
    bad = bad.replace("sam@hush.org", "sam@hush@x").replace("2027-02-14", "2027-02-31").replace("ntfy://hush", "hush")
    broken = load_text(bad)
    assert len(broken.faults) >= 5
    shown = repr(loaded) + repr(broken) + repr(load_text(good + "\tx"))
    assert [secret for secret in secrets if secret in shown] == []


def test_beside_other_faults_the_plans_of_sound_people_and_nudges_can_still_be_checked(load_text: LoadText) -> None:
    loaded = load_text(
        "timezone: UTC\n"
        "nudges: {hydration: on, legs_up: at}\n"
        "people:\n"
        "  - {id: a, wake: 7}\n"
        "  - {id: b, email: x, nudges: {potassium: at 12:00, magnesium: at x}}\n"
        "  - c\n"
        "  - {id: d}\n"
    )
    assert loaded.config is None
    names = {path: [nudge.nudge for nudge in person.preferences.nudges] for path, person in loaded.plannable.items()}
    assert names == {("people", 1): ["hydration", "potassium"], ("people", 3): ["hydration"]}


def test_nobodys_plan_can_be_checked_when_everyones_zone_is_wrong(load_text: LoadText) -> None:
    assert load_text(ONE.replace("Europe/London", "Nowhere")).plannable == {}


def test_a_place_that_was_not_written_is_the_nearest_around_it(load_text: LoadText) -> None:
    loaded = load_text(ONE)
    assert str(loaded.place_of(("people", 0, "wake"))).endswith("legup.yaml:3:5")
    assert str(loaded.place_of(("smtp", "host"))).endswith("legup.yaml")
