"""The kinds of nudges in people's words: water, stretch, fruta."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.conversation.vocabulary import Spellings, phrases

KINDS: Mapping[str, Spellings] = {
    "bedtime_stretch": {
        "en": ("stretch", "stretches", "stretching", "bedtime", "bedtime stretch", "stretch before bed"),
        "es": ("estirar", "estirarse", "estiramiento", "estiramientos", "dormir"),
    },
    "daily_exercise": {
        "en": (
            "exercise",
            "exercises",
            "daily exercise",
            "walk",
            "walks",
            "walking",
            "move",
            "moving",
            "move a little",
        ),
        "es": ("ejercicio", "ejercicios", "caminar", "andar", "paseo", "moverse", "movimiento"),
    },
    "potassium": {
        "en": ("potassium", "banana", "bananas", "kiwi", "kiwis", "kiwi fruit", "fruit", "snack", "snacks"),
        "es": ("potasio", "platano", "platanos", "banano", "guineo", "fruta", "frutas", "merienda"),
    },
    "legs_up": {
        "en": ("legs up", "legs", "feet up", "feet", "raise legs", "put your legs up"),
        "es": ("piernas", "piernas arriba", "piernas en alto", "pies", "pies arriba"),
    },
    "support_hose": {
        "en": ("hose", "support hose", "stockings", "socks", "tights"),
        "es": ("medias", "calcetines", "medias de compresion"),
    },
    "magnesium": {"en": ("magnesium",), "es": ("magnesio",)},
    "hydration": {
        "en": ("water", "hydration", "drink", "drinks", "drinking", "drink water", "drink some water"),
        "es": ("agua", "beber", "beber agua", "tomar agua", "hidratacion", "vaso de agua"),
    },
    "sitting_break": {
        "en": ("sitting", "sit", "break", "breaks", "sitting break", "stand up", "standing"),
        "es": ("sentada", "sentado", "sentarse", "descanso", "descansos", "levantarse"),
    },
}

FILLERS: Spellings = {
    "en": (
        *("the", "my", "me", "of", "about", "with", "for", "to", "and", "any", "more", "these", "those", "sending"),
        *("send", "getting", "only", "just", "message", "messages", "text", "texts", "reminder", "reminders"),
        *("nudge", "nudges", "ones"),
    ),
    "es": (
        *("el", "la", "los", "las", "de", "del", "lo", "mi", "mis", "con", "sobre", "y", "e", "solo", "mas"),
        *("enviar", "enviarme", "mandar", "mandarme", "mensaje", "mensajes", "aviso", "avisos", "recordatorio"),
        "recordatorios",
    ),
}
"""Words that may stand around a kind and say nothing."""

_FILLERS = phrases(FILLERS)
_KINDS = {words: kind for kind, table in KINDS.items() for words in phrases(table)}
_LONGEST = max(map(len, _KINDS))


def kinds_of(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that these words begin with, each once, fillers passed over; and the words that are left then."""
    kinds: list[str] = []
    while words:
        length = next((n for n in range(_LONGEST, 0, -1) if words[:n] in _KINDS), 0)
        if length:
            kinds.append(_KINDS[words[:length]])
        elif words[:1] not in _FILLERS:
            break
        words = words[max(length, 1) :]
    return tuple(dict.fromkeys(kinds)), words
