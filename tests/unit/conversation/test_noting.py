"""What goes into the diary: done, a cramp."""

from __future__ import annotations

from config.person import ChannelName
from scheduler.conversation.links import ActionName
from scheduler.conversation.noting import READING
from tests.standins.talk import Talk, nudge, person


class TestDiary:
    def test_done_counts_for_the_day_and_the_count_is_told_once(self) -> None:
        talk = Talk()
        talk.click(ActionName.DONE)
        talk.say("DONE")
        talk.say("HECHO")
        assert [(each.kind, each.details.count) for each in talk.answers] == [("done", 2)]
        assert [each.nudge for each in talk.diary] == ["hydration"] * 3
        talk.wait(hours=12, minutes=5)  # past midnight in London
        talk.say("Done")
        assert [each.details.count for each in talk.answers] == [2, 1]

    def test_the_day_is_the_persons_own(self) -> None:
        talk = Talk(person(timezone="Pacific/Auckland"))
        talk.wait(minutes=-70)  # 23:50 on the 23rd there
        talk.say("DONE")
        talk.wait(minutes=20)
        talk.say("DONE")
        assert [each.details.count for each in talk.answers] == [1, 1]

    def test_done_names_its_kind_or_takes_the_last_nudges(self) -> None:
        talk = Talk()
        talk.say("DONE stretch")
        talk.last = nudge(2, "welcome")
        talk.say("DONE")
        assert [each.nudge for each in talk.diary] == ["bedtime_stretch", None]

    def test_a_cramp_gets_relief_at_once_and_another_two_minutes_later_at_the_earliest(self) -> None:
        talk = Talk()
        talk.say("CRAMP")
        talk.wait(minutes=1, seconds=59)
        talk.say("CALAMBRE")
        assert talk.kinds() == ["relief"]
        talk.wait(seconds=1)
        talk.say("cramp")
        assert talk.kinds() == ["relief", "relief", "frequent_cramps"]
        assert len(talk.diary) == 3
        assert all(each.asked and each.channels == (ChannelName.SMS,) for each in talk.answers)

    def test_what_is_said_of_many_cramps_follows_the_relief(self) -> None:
        talk = Talk()
        for _ in range(3):
            talk.wait(hours=1)
            talk.say("CRAMP")
        relief, follows = talk.answers[-2:]
        assert (relief.kind, follows.kind) == ("relief", "frequent_cramps")
        assert relief.due_at == talk.now == follows.due_at - READING
        assert relief.cause != follows.cause

    def test_many_cramps_are_told_of_when_they_become_many_and_not_with_each_further_one(self) -> None:
        talk = Talk()
        for _ in range(6):
            talk.wait(minutes=10)
            talk.say("CRAMP")
        assert talk.kinds().count("frequent_cramps") == 1
        talk.wait(minutes=10)
        talk.say("CRAMP")  # the seventh in a week
        assert talk.kinds().count("frequent_cramps") == 2

    def test_two_cramps_in_a_day_and_six_in_a_week_are_not_many(self) -> None:
        talk = Talk()
        for _ in range(30):
            talk.wait(hours=28)
            talk.say("CRAMP")
        assert "frequent_cramps" not in talk.kinds()

    def test_the_third_within_24_hours_and_the_seventh_within_7_days_are_many(self) -> None:
        talk = Talk()
        for _ in range(3):
            talk.say("CRAMP")
            talk.wait(hours=11, minutes=59)
        assert talk.kinds().count("frequent_cramps") == 1
        apart = Talk()
        for _ in range(3):
            apart.say("CRAMP")
            apart.wait(hours=12)
        assert "frequent_cramps" not in apart.kinds()
        weekly = Talk()
        for _ in range(7):
            weekly.say("CRAMP")
            weekly.wait(hours=27)
        assert weekly.kinds().count("frequent_cramps") == 1
