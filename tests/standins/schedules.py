"""Every schedule that a phrase can say, for hypothesis to draw from."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from config.schedule import EVERY_DAY, Anchor, At, Every, Moment, Offset, Rule, Schedule, TimeOfDay

times = st.integers(0, 1439).map(TimeOfDay)
moments: st.SearchStrategy[Moment] = times | st.sampled_from(Anchor)
ends: st.SearchStrategy[Moment] = moments | st.just(TimeOfDay(1440))
windows = st.tuples(moments, ends).filter(lambda window: window[0] != window[1])
rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(At, st.lists(moments, min_size=1, max_size=6, unique=True).map(tuple)),
    st.builds(Every, st.integers(1, 1440).map(lambda step: timedelta(minutes=step)), st.none() | windows),
    st.builds(Offset, st.integers(-1439, 1439).map(lambda by: timedelta(minutes=by)), st.sampled_from(Anchor)),
)
weekdays = st.frozensets(st.integers(0, 6), min_size=1) | st.just(EVERY_DAY)
schedules = st.builds(Schedule, rules, weekdays)
