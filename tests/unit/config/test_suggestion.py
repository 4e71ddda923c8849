from config.suggestion import did_you_mean, nearest


def test_the_nearest_known_word_is_offered_whatever_its_case() -> None:
    assert nearest("HYDRATON", ["potassium", "hydration"]) == "hydration"
    assert did_you_mean("hydraton", ["potassium", "hydration"]) == '; did you mean "hydration"?'


def test_of_two_equally_near_words_the_one_with_the_same_beginning_is_offered() -> None:
    assert nearest("munday", ["sunday", "monday"]) == "monday"


def test_nothing_is_offered_when_nothing_is_near() -> None:
    assert did_you_mean("zebra", ["potassium", "hydration"]) == ""


def test_a_very_long_word_is_not_compared() -> None:
    assert nearest("hydration" * 1000, ["hydration" * 1000]) is None
