"""Conversation: who is heard, what is known of them, and that a reaction holds from the commit that records it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.changes import UNCHANGED, Changes, Wish, wishing
from config.person import ChannelName, Consent, Contacts, NudgePreference, Preferences
from scheduler.delivery.cause import consent_cause, snooze_cause, welcome_cause
from scheduler.delivery.correspondence import (
    FORGET_AFTER,
    REMEMBERED,
    Approach,
    ConsentEntry,
    DiaryEntry,
    Heard,
    Noted,
    Reaction,
    Way,
)
from scheduler.delivery.delivery import State
from scheduler.delivery.ports import Ended, Enrolment, Hold, Judgement, Outbox, Ready, RosterChange, Standing
from scheduler.planning.decision import EDIT_GUARD
from scheduler.planning.slot import Silence
from tests.standins.approaches import Listener, answer, from_link, from_phone, hear, nothing_planned
from tests.standins.outbox_parts import (
    EARLY,
    EMAIL,
    HOUR,
    MINUTE,
    NINE,
    SMS,
    Seen,
    begin_all,
    enrolment,
    message_to,
    one_each,
    outcome,
    plan_of,
    states,
)

PHONE = Contacts(phone="+447700900123")
STOP = Reaction("stop", opted_out=True)
START = Reaction("start", opted_out=False)
NO_WATER = Reaction("stop", changes=Changes(stopped=frozenset({"hydration"})))
WATER = NudgePreference("hydration")
TWO = {"hydration": NINE, "potassium": NINE + HOUR}


def person_of(
    identifier: str = "a",
    *,
    consent: Consent = Consent.GIVEN,
    contacts: Contacts = PHONE,
    nudges: tuple[NudgePreference, ...] = (WATER, NudgePreference("potassium")),
    language: str = "en",
) -> Enrolment:
    """Somebody who wrote down which nudges they want, and may have to be asked first."""
    plain = enrolment(identifier, TWO, contacts=contacts)
    preferences = replace(plain.person.preferences, nudges=nudges, consent=consent, language=language)
    return replace(
        plain,
        person=replace(plain.person, preferences=preferences),
        welcome=message_to(identifier, cause=welcome_cause(identifier), kind="welcome"),
        request=message_to(identifier, cause=consent_cause(identifier), kind="consent"),
    )


def gets(outbox: Outbox, person: str = "a") -> Preferences:
    found = outbox.person(person)
    assert found is not None
    return found[0].preferences


def standing(outbox: Outbox, person: str = "a") -> Standing:
    found = outbox.person(person)
    assert found is not None
    return found[1]


def pending(outbox: Outbox) -> set[str]:
    return {cause for cause, (state, _) in states(outbox).items() if state is State.PENDING}


class HearingContract:
    def test_an_approach_is_heard_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        listener = Listener(Reaction("done", answers=(answer("a", "done"),)))
        first, second = (hear(outbox, from_phone("+447700900123", identifier="sms:1"), listener) for _ in range(2))
        assert first == Heard(True, "done", "a", 1)
        assert second == Heard(False, "done", "a")
        assert len(listener.met) == 1

    def test_a_reaction_that_fails_leaves_nothing_and_may_come_again(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        approach = from_phone("+447700900123")
        with pytest.raises(ZeroDivisionError):
            hear(outbox, approach, lambda _: 1 / 0)  # type: ignore[return-value,arg-type]
        assert hear(outbox, approach, STOP).fresh

    def test_what_is_known_of_somebody_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.pause("a", NINE + HOUR, EARLY)
        listener = Listener()
        hear(outbox, from_phone("+447700900123"), listener)
        assert listener.last.person == person_of().person
        assert listener.last.preferences == person_of().person.preferences
        assert listener.last.changes == UNCHANGED
        assert listener.last.standing == Standing(paused_until=NINE + HOUR)
        assert (listener.last.last, listener.last.dones, listener.last.answered) == (None, (), {})

    def test_somebody_is_known_by_each_of_their_contacts(self, outbox: Outbox) -> None:
        contacts = Contacts(phone="+447700900123", email="Sam@Example.org")
        outbox.enrol([person_of(contacts=contacts), person_of("b", contacts=Contacts(phone="+44other"))], EARLY)
        by_email = Approach("mail:1", Way.LINK, NINE, contact=(EMAIL, "sam@example.ORG"))
        assert hear(outbox, by_email, Reaction("done")).person == "a"
        assert hear(outbox, from_link("b"), Reaction("done")).person == "b"

    def test_of_several_with_a_number_the_one_last_written_to_there_is_meant(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b"), person_of("c")], EARLY)
        for person, minute in (("a", 0), ("b", 2), ("c", 1)):
            outbox.add(message_to(person, cause=f"send:{person}", due=NINE + minute * MINUTE))
            begin_all(outbox, NINE + minute * MINUTE)
        assert hear(outbox, from_phone("+447700900123"), Reaction("done")).person == "b"

    def test_of_several_with_a_number_one_who_has_left_comes_last(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b")], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        begin_all(outbox)
        outbox.enrol([person_of("b")], NINE)
        assert hear(outbox, from_phone("+447700900123"), Reaction("done")).person == "b"

    def test_who_was_never_written_to_is_still_found(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("b"), person_of("a")], EARLY)
        assert hear(outbox, from_phone("+447700900123"), Reaction("done")).person == "a"

    def test_of_a_stranger_only_a_stop_counts(self, outbox: Outbox) -> None:
        listener = Listener(
            replace(STOP, answers=(answer("a", "stopped"),), consents=(ConsentEntry(NINE, "x", "sms"),))
        )
        assert hear(outbox, from_phone("+447700900123"), listener) == Heard(True, "stop")
        assert listener.met == [None]
        outbox.enrol([person_of()], NINE)
        assert standing(outbox).opted_out
        assert outbox.consents("a") == [ConsentEntry(NINE, "given", "file")]

    def test_a_stranger_may_come_back(self, outbox: Outbox) -> None:
        hear(outbox, from_phone("+447700900123"), STOP)
        hear(outbox, from_phone("+447700900123"), START)
        outbox.enrol([person_of()], NINE)
        assert not standing(outbox).opted_out

    def test_a_person_nobody_knows_does_nothing(self, outbox: Outbox) -> None:
        assert hear(outbox, from_link("nobody"), STOP) == Heard(True, "stop")

    def test_an_approach_from_the_console_is_nobodys(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        by_console = Approach("console:1", Way.PAGE, NINE, contact=(ChannelName.CONSOLE, "a"))
        assert hear(outbox, by_console, STOP) == Heard(True, "stop")
        assert not standing(outbox).opted_out

    def test_the_last_nudge_that_went_out_is_the_one_meant(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE + HOUR, 10, one_each)
        begin_all(outbox, NINE)
        outbox.add(message_to("a", cause="send:later", due=NINE + 2 * HOUR, kind="potassium"))
        hear(outbox, from_link("a"), Reaction("help", answers=(answer("a", "help"),)))
        begin_all(outbox, NINE)
        listener = Listener()
        hear(outbox, from_link("a"), listener)
        assert listener.last.last is not None
        assert listener.last.last.cause.startswith("slot:a/")
        outbox.add(replace(message_to("a", cause="snooze:1", due=NINE + MINUTE), asked=True))
        begin_all(outbox, NINE + MINUTE)
        hear(outbox, from_link("a"), listener)
        assert listener.last.last.cause == "snooze:1"

    def test_a_link_means_the_message_it_stood_in(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b", contacts=Contacts(phone="+44b"))], EARLY)
        for person in "ab":
            outbox.add(message_to(person, cause=f"send:{person}"))
        first, other = outbox.deliveries(EARLY, NINE + HOUR)[-2:]
        begin_all(outbox)
        listener = Listener()
        hear(outbox, from_link("a", delivery=first.id), listener)
        assert listener.last.last is not None
        assert listener.last.last.id == first.id
        hear(outbox, from_link("a", delivery=other.id), listener)
        assert listener.last.last.id == first.id, "somebody else's message is not theirs to answer"

    def test_a_correspondent_is_read_without_being_heard(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        begin_all(outbox)
        listener = Listener()
        hear(outbox, from_link("a"), listener)
        assert outbox.correspondent("a", NINE) == listener.last
        sent = listener.last.last
        assert sent is not None
        again = outbox.correspondent("a", NINE, delivery=sent.id)
        assert again is not None
        assert again.last == sent
        outbox.enrol([], NINE)
        assert outbox.correspondent("a", NINE) is None
        assert outbox.correspondent("nobody", NINE) is None

    def test_everyone_has_a_handle_that_stays(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b")], EARLY)
        handles = [outbox.handle_of(each) for each in "ab"]
        outbox.enrol([person_of("a", language="es")], NINE)
        assert [outbox.handle_of(each) for each in "ab"] == handles
        assert [outbox.by_handle(each or "") for each in handles] == ["a", "b"]
        assert outbox.by_handle("x") is None
        assert outbox.handle_of("nobody") is None

    def test_a_message_that_begins_knows_the_handle(self, outbox: Outbox) -> None:
        outbox.enrol([enrolment("a", {})], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        told: list[Ready] = []

        def judge(ready: Ready) -> Judgement:
            told.append(ready)
            return Hold(NINE + HOUR)

        outbox.begin(NINE, SMS, 10, HOUR, judge)
        assert [each.handle for each in told] == [outbox.handle_of("a")]

    def test_how_far_texts_were_read_is_remembered(self, outbox: Outbox) -> None:
        assert outbox.read_until() is None
        outbox.have_read(NINE)
        outbox.have_read(NINE + MINUTE)
        assert outbox.read_until() == NINE + MINUTE


class ReactionContract:
    def test_a_stop_holds_at_once_and_its_confirmation_goes_out(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        heard = hear(outbox, from_phone("+447700900123"), replace(STOP, answers=(answer("a", "stopped"),)))
        assert heard.answers == 1
        assert [message.kind for message in begin_all(outbox)] == ["stopped"]
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == (State.SUPPRESSED, "opted out")

    @pytest.mark.parametrize("kind", ["hydration", "relief", "done", "welcome", "consent"])
    def test_after_a_stop_nothing_but_its_answers_begins(self, outbox: Outbox, kind: str) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), replace(STOP, answers=(answer("a", kind), answer("a", "forgotten"))))
        assert [message.kind for message in begin_all(outbox)] == ["forgotten"]

    def test_who_comes_back_does_so_on_every_contact(self, outbox: Outbox) -> None:
        both = Contacts(phone="+447700900123", email="sam@example.org")
        outbox.enrol([person_of(contacts=both)], EARLY)
        hear(outbox, from_phone("+447700900123"), STOP)
        assert standing(outbox).opted_out
        hear(outbox, from_phone("+447700900123"), replace(START, answers=(answer("a", "back"),)))
        assert not standing(outbox).opted_out
        assert [message.kind for message in begin_all(outbox)] == ["back"]

    def test_who_shares_a_contact_comes_back_with_it_unless_they_said_stop_too(self, outbox: Outbox) -> None:
        outbox.enrol(
            [
                person_of("a"),
                person_of("shares"),
                person_of("said", contacts=Contacts(phone="+447700900123", email="said@example.org")),
                person_of("other", contacts=Contacts(phone="+447700900123", email="other@example.org")),
            ],
            EARLY,
        )
        hear(outbox, from_link("said"), STOP)
        hear(outbox, Approach("mail:1", Way.LINK, NINE, contact=(EMAIL, "other@example.org")), STOP)
        outbox.enrol([person_of("third", contacts=Contacts(email="other@example.org"))], NINE, origin="roster")
        hear(outbox, from_link("third"), STOP)
        hear(outbox, from_link("a"), START)
        found = {each: standing(outbox, each).opted_out for each in ("a", "shares", "said", "other", "third")}
        assert found == {"a": False, "shares": False, "said": True, "other": True, "third": True}

    def test_when_somebody_last_said_stop_is_told_while_it_holds(self, outbox: Outbox) -> None:
        outbox.enrol([person_of("a"), person_of("b", contacts=Contacts(phone="+447700900456"))], EARLY)
        listener, logged = Listener(), replace(STOP, consents=(ConsentEntry(NINE, "stopped", "sms"),))
        hear(outbox, from_link("a", NINE), logged)
        hear(outbox, from_link("a", NINE + 2 * MINUTE), STOP)
        hear(outbox, from_link("a", NINE + MINUTE), STOP)
        hear(outbox, from_link("a"), listener)
        assert listener.last.stopped_at == NINE + 2 * MINUTE
        outbox.opt_out("b", NINE + MINUTE, "operator")
        hear(outbox, from_link("b"), listener)
        assert listener.last.stopped_at == NINE + MINUTE
        hear(outbox, from_link("b"), START)
        hear(outbox, from_link("b"), listener)
        assert listener.last.stopped_at is None

    def test_a_stop_of_somebody_who_left_counts(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.enrol([], EARLY)
        hear(outbox, from_phone("+447700900123"), replace(STOP, answers=(answer("a", "stopped"),)))
        assert begin_all(outbox) == []
        outbox.enrol([person_of()], NINE)
        assert standing(outbox).opted_out

    def test_a_kind_that_is_stopped_ends_at_once_and_comes_no_more(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE + HOUR, 10, one_each)
        outbox.add(replace(message_to("a", cause="snooze:1"), asked=True))
        hear(outbox, from_link("a"), NO_WATER)
        cancelled = (State.CANCELLED, "stopped by the person")
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == cancelled
        assert states(outbox)["snooze:1"] == cancelled
        assert {cause.split("/")[1] for cause in pending(outbox) if cause.startswith("slot:")} == {"potassium"}
        assert outbox.overview(EARLY).nudges == 1
        assert {each.nudge: each.on for each in gets(outbox).nudges} == {"hydration": False, "potassium": True}

    def test_no_edit_of_the_file_brings_back_a_kind_that_was_stopped(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), NO_WATER)
        edited = person_of(nudges=(replace(WATER, priority=1),), language="es")
        assert outbox.enrol([edited], NINE) == RosterChange(changed=1)
        assert [each.on for each in gets(outbox).nudges] == [False]
        outbox.enrol([], NINE)
        outbox.enrol([edited], NINE)
        assert [each.on for each in gets(outbox).nudges] == [False]

    def test_a_wish_holds_until_the_file_says_something_new(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        said = person_of().person.preferences
        wanted = wishing(said, UNCHANGED, replace(said, language="es"))
        hear(outbox, from_link("a"), Reaction("language", changes=wanted))
        assert gets(outbox).language == "es"
        outbox.enrol([person_of(nudges=(WATER,))], NINE)
        assert gets(outbox).language == "es"
        overruled = outbox.enrol([person_of(nudges=(WATER,), language="de")], NINE)
        assert overruled == RosterChange(changed=1, overruled=("a",))
        assert gets(outbox).language == "de"
        assert outbox.enrol([person_of(nudges=(WATER,), language="de")], NINE) == RosterChange()
        listener = Listener()
        hear(outbox, from_link("a"), listener)
        assert listener.last.changes == UNCHANGED

    def test_the_file_and_what_it_was_changed_to_are_told_apart(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        changes = Changes(wishes={"language": Wish('"es"', "null")})
        hear(outbox, from_link("a"), Reaction("language", changes=changes))
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert (found.person.preferences.language, found.preferences.language) == ("en", "es")
        assert found.changes == changes
        outbox.enrol([person_of()], NINE)
        assert outbox.correspondent("a", NINE) == found

    def test_a_change_is_an_edit_that_sends_nothing_twice(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        soon = plan_of({"hydration": NINE + MINUTE, "potassium": NINE + HOUR}, "2")
        changes = Changes(wishes={"language": Wish('"es"', "null")})
        hear(outbox, from_link("a"), Reaction("language", changes=changes), NINE + timedelta(seconds=30), soon)
        seen = Seen()
        outbox.claim_due(NINE + EDIT_GUARD, 10, seen)
        assert seen.due == []

    def test_an_approach_without_a_change_plans_nothing(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        assert hear(outbox, from_link("a"), Reaction("done"), plan=nothing_planned()).fresh

    def test_a_change_counts_in_the_very_next_claim(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("language", changes=Changes(wishes={"language": Wish('"es"', "null")})))
        seen = Seen()
        outbox.claim_due(NINE + HOUR, 10, seen)
        assert {each.preferences.language for each in seen.due} == {"es"}

    def test_a_pause_holds_and_is_lifted(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("pause", paused_until=NINE + HOUR))
        assert standing(outbox) == Standing(paused_until=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("done"))
        assert standing(outbox) == Standing(paused_until=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("resume", resumed=True))
        assert standing(outbox) == Standing()

    @pytest.mark.parametrize("ended", list(Ended))
    def test_an_end_ends_everything_but_its_own_line(self, outbox: Outbox, ended: Ended) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.claim_due(NINE, 10, one_each)
        line = answer("a", str(ended))
        assert hear(outbox, from_link("a"), Reaction("end", ended=ended, answers=(line,))).answers == 1
        assert standing(outbox).ended is ended
        assert pending(outbox) == {line.cause}
        assert states(outbox)["slot:a/hydration/2026-11-23/09:00"] == (State.CANCELLED, "ended by the person")
        assert outbox.overview(EARLY).nudges == 0
        assert [message.kind for message in begin_all(outbox)] == [str(ended)]

    @pytest.mark.parametrize("kind", ["born", "relief"])
    def test_what_is_said_after_an_end_takes_back_no_answer_that_waits(self, outbox: Outbox, kind: str) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("ended", ended=Ended.BORN, answers=(answer("a", kind),)))
        hear(outbox, from_link("a"), Reaction("start"))
        assert [message.kind for message in begin_all(outbox)] == [kind]

    def test_a_stop_that_is_said_twice_is_confirmed(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), replace(STOP, answers=(answer("a", "stopped"),)))
        hear(outbox, from_link("a"), STOP)
        outbox.opt_out("a", NINE, "provider")
        assert [message.kind for message in begin_all(outbox)] == ["stopped"]

    @pytest.mark.parametrize("ended", list(Ended))
    def test_no_edit_and_no_return_takes_back_an_end(self, outbox: Outbox, ended: Ended) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("end", ended=ended))
        outbox.enrol([], NINE)
        outbox.enrol([replace(person_of(language="es"), plan=nothing_planned())], NINE)
        assert standing(outbox).ended is ended
        assert outbox.overview(EARLY).nudges == 0
        hear(outbox, from_link("a"), Reaction("more", changes=Changes(agreed=True)), plan=nothing_planned())
        assert outbox.next_event_at() in (None, NINE), "only the welcome waits, which no judge lets go"

    def test_after_a_loss_nothing_takes_its_place_and_no_diary_is_kept(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        cramp = DiaryEntry(Noted.CRAMP, NINE)
        hear(outbox, from_link("a"), Reaction("cramp", noted=(cramp,)))
        hear(outbox, from_link("a"), Reaction("loss", ended=Ended.LOSS))
        assert outbox.diary("a", EARLY, NINE + HOUR) == []
        hear(outbox, from_link("a"), Reaction("born", ended=Ended.BORN, noted=(cramp,)))
        assert standing(outbox).ended is Ended.LOSS
        assert outbox.diary("a", EARLY, NINE + HOUR) == []

    def test_a_loss_may_follow_a_birth(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("born", ended=Ended.BORN))
        hear(outbox, from_link("a"), Reaction("loss", ended=Ended.LOSS))
        assert standing(outbox).ended is Ended.LOSS

    @pytest.mark.parametrize("ended", list(Ended))
    def test_an_operator_may_take_back_an_end(self, outbox: Outbox, ended: Ended) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("end", ended=ended))
        hear(outbox, from_link("a"), Reaction("restart", restarted=True), NINE)
        assert standing(outbox).ended is None
        assert outbox.overview(EARLY).nudges == 2
        assert outbox.overview(EARLY).next_due_at == NINE + HOUR

    def test_a_diary_is_kept_in_order_and_the_last_days_are_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(), person_of("b", contacts=Contacts(phone="+44b"))], EARLY)
        long_ago = NINE - REMEMBERED - MINUTE
        entries = (
            DiaryEntry(Noted.DONE, NINE, "hydration"),
            DiaryEntry(Noted.CRAMP, NINE - HOUR),
            DiaryEntry(Noted.CRAMP, long_ago),
        )
        hear(outbox, from_link("a"), Reaction("cramp", noted=entries))
        assert outbox.diary("a", long_ago, NINE) == [entries[2], entries[1]]
        assert outbox.diary("a", NINE, NINE + MINUTE) == [entries[0]]
        assert outbox.diary("b", long_ago, NINE + HOUR) == outbox.diary("nobody", long_ago, NINE) == []
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert (found.dones, found.cramps) == ((NINE,), (NINE - HOUR,))

    def test_when_what_was_answered_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        for number, at in enumerate((EARLY - REMEMBERED, EARLY, NINE)):
            told = answer("a", "done", identifier=str(number), at=at)
            hear(outbox, from_link("a"), Reaction("done", answers=(told,)), at)
        hear(outbox, from_link("a"), Reaction("help", answers=(answer("a", "help", at=EARLY),)))
        outbox.add(message_to("a", cause="send:1"))
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert found.answered == {"done": NINE, "help": EARLY}

    def test_how_much_was_answered_within_the_last_hour_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(), person_of("b", contacts=Contacts())], EARLY)
        for number, at in enumerate((NINE - HOUR, NINE - HOUR + MINUTE, NINE)):
            told = tuple(answer(each, "help", identifier=str(number), at=at) for each in ("a", "a", "b"))
            hear(outbox, from_link("a"), Reaction("help", answers=told), at)
        outbox.add(message_to("a", cause="send:1"))
        found = outbox.correspondent("a", NINE)
        assert found is not None
        assert found.answers_lately == 2

    def test_when_a_nudge_that_was_put_off_comes_again_is_told(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        for number in (1, 2):
            outbox.add(message_to("a", cause=f"send:{number}"))
        first, second = outbox.deliveries(EARLY, NINE + HOUR)[-2:]
        again = message_to("a", cause=snooze_cause(first.id), due=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("snooze", answers=(again,)))
        untils = {}
        for delivery in (first, second):
            found = outbox.correspondent("a", NINE, delivery=delivery.id)
            assert found is not None
            untils[delivery.cause] = found.snoozed_until
        assert untils == {"send:1": NINE + HOUR, "send:2": None}

    @pytest.mark.parametrize("by_operator", [False, True])
    def test_a_pause_takes_back_what_was_put_off_and_a_later_snooze_holds(
        self, outbox: Outbox, *, by_operator: bool
    ) -> None:
        outbox.enrol([person_of()], EARLY)
        outbox.add(message_to("a", cause="send:1"))
        (sent,) = outbox.deliveries(EARLY, NINE + HOUR)[-1:]
        again = message_to("a", cause=snooze_cause(sent.id), due=NINE + HOUR)
        hear(outbox, from_link("a"), Reaction("snooze", answers=(again,)))
        if by_operator:
            outbox.pause("a", NINE + 30 * HOUR, NINE + MINUTE)
        else:
            hear(outbox, from_link("a"), Reaction("pause", paused_until=NINE + 30 * HOUR), NINE + MINUTE)
        assert states(outbox)[again.cause] == (State.SUPPRESSED, Silence.PAUSED)
        listener = Listener()
        hear(outbox, from_link("a", delivery=sent.id), listener, NINE + MINUTE)
        assert listener.last.snoozed_until == NINE + MINUTE
        later = replace(again, cause=snooze_cause(sent.id + 1000))
        hear(outbox, from_link("a"), Reaction("snooze", answers=(later,)), NINE + 2 * MINUTE)
        assert states(outbox)[later.cause][0] is State.PENDING

    def test_the_answer_to_the_same_cause_is_given_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        twice = Reaction("snooze", answers=(answer("a", "snoozed"),))
        assert [hear(outbox, from_link("a"), twice).answers for _ in range(2)] == [1, 0]

    def test_details_come_back_as_they_were(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        plain = answer("a", "paused")
        told = replace(plain, details=replace(plain.details, count=3, about="hydration", nth=2, until=NINE))
        hear(outbox, from_link("a"), Reaction("pause", answers=(told,)))
        (found,) = [each for each in outbox.deliveries(EARLY, NINE + HOUR) if each.cause == told.cause]
        assert found.details == told.details

    def test_who_asks_to_be_forgotten_is_so_when_they_know_it(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(), person_of("b", contacts=Contacts(phone="+44b"))], EARLY)
        forget = Reaction("forget me", forget=True, opted_out=True, answers=(answer("a", "forgotten"),))
        hear(outbox, from_link("a"), forget)
        assert outbox.forgettable(NINE) == []
        assert outbox.forgettable(NINE + FORGET_AFTER) == ["a"]
        (message,) = [each for each in begin_all(outbox) if each.kind == "forgotten"]
        assert outbox.forgettable(NINE) == []
        outbox.settle([outcome(message, State.SENT)], NINE)
        assert outbox.forgettable(NINE) == ["a"]

    def test_who_asks_by_a_page_to_be_forgotten_is_so_at_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        hear(outbox, from_link("a"), Reaction("forget me", forget=True))
        assert outbox.forgettable(NINE) == ["a"]


class ConsentContract:
    def test_who_has_to_agree_is_asked_once_and_not_welcomed(self, outbox: Outbox) -> None:
        asked = person_of(consent=Consent.ASKED)
        for _ in range(2):
            outbox.enrol([asked], EARLY)
        assert list(states(outbox)) == ["consent:a"]
        assert outbox.consents("a") == [ConsentEntry(EARLY, "asked", "file")]
        (message,) = begin_all(outbox)
        outbox.settle([outcome(message, State.SENT)], NINE)
        assert outbox.purge(NINE + HOUR, 10) == 1
        outbox.enrol([], NINE + HOUR)
        outbox.enrol([asked], NINE + HOUR)
        assert states(outbox) == {}

    def test_a_yes_is_kept_and_welcomed_once(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(consent=Consent.ASKED)], EARLY)
        welcome = person_of().welcome
        assert welcome is not None
        agreed = ConsentEntry(NINE, "agreed", "sms")
        yes = Reaction("yes", changes=Changes(agreed=True), answers=(welcome,), consents=(agreed,))
        assert [hear(outbox, from_link("a"), yes).answers for _ in range(2)] == [1, 0]
        assert gets(outbox).consent is Consent.GIVEN
        outbox.enrol([person_of(consent=Consent.ASKED, language="es")], NINE)
        assert gets(outbox).consent is Consent.GIVEN
        assert list(states(outbox)) == ["consent:a", "welcome:a"]
        assert outbox.consents("a") == [ConsentEntry(EARLY, "asked", "file"), agreed, agreed]

    def test_who_agreed_elsewhere_is_logged_with_source_and_date(self, outbox: Outbox) -> None:
        outbox.enrol([replace(person_of(), given="clinic, 2026-11-01")], EARLY, origin="roster")
        outbox.enrol([replace(person_of(), given="clinic, 2026-11-01")], NINE, origin="roster")
        assert outbox.consents("a") == [ConsentEntry(EARLY, "given", "roster", "clinic, 2026-11-01")]
        assert outbox.consents("nobody") == []

    def test_who_is_said_to_have_agreed_later_is_logged_then_and_welcomed(self, outbox: Outbox) -> None:
        outbox.enrol([person_of(consent=Consent.ASKED)], EARLY)
        outbox.enrol([person_of()], NINE)
        assert [each.what for each in outbox.consents("a")] == ["asked", "given"]
        assert list(states(outbox)) == ["consent:a", "welcome:a"]

    def test_stops_and_pauses_that_others_tell_of_are_logged(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        for _ in range(2):
            outbox.opt_out("a", NINE, "operator")
        outbox.pause("a", NINE + HOUR, NINE)
        outbox.pause("a", None, NINE + MINUTE)
        told = [(each.what, each.way) for each in outbox.consents("a")]
        assert told == [("given", "file"), ("stopped", "operator"), ("paused", "operator"), ("resumed", "operator")]

    def test_what_is_said_is_logged_in_the_order_it_was_said(self, outbox: Outbox) -> None:
        outbox.enrol([person_of()], EARLY)
        entries = (ConsentEntry(NINE + MINUTE, "came back", "sms"), ConsentEntry(NINE, "stopped", "link", "x"))
        hear(outbox, from_link("a"), Reaction("x", consents=entries))
        assert outbox.consents("a")[1:] == [entries[1], entries[0]]
