"""The spellings of every word, by language. All languages are understood at once, whatever a person's own is.

Spellings are folded (`folding.words_of`): no accents, no case. `SPELLINGS` are whole messages, apart from courtesies
around them. A few words may be followed by more: a kind of nudge, a length of time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from scheduler.conversation.word import Word

Spellings: TypeAlias = Mapping[str, tuple[str, ...]]
"""By language."""

STOP_FIRST: Spellings = {
    "en": (
        *("stop", "stopall", "stop all", "unsubscribe", "un subscribe", "unsub", "cancel", "end", "quit", "revoke"),
        *("optout", "opt out"),
    ),
    "es": (
        *("basta", "parar", "pare", "paren", "alto", "cancelar", "cancela", "detener", "deten"),
        *("deja de", "dejen de", "dejar de", "dar de baja", "dame de baja", "darme de baja"),
    ),
}
"""A message that begins with one of these stops everything, unless it goes on with a kind of nudge."""

SPELLINGS: Mapping[Word, Spellings] = {
    # `para` is also "for", `baja` "low", `salir` "go out", `fin` the end of a week: alone they stop, before others not.
    Word.STOP: {
        "en": ("no more", "no more messages", "no more texts", "remove me", "leave me alone", "wrong number"),
        "es": (
            *("para", "para ya", "baja", "salir", "fin", "terminar", "anular", "no mas", "no mas mensajes"),
            *("numero equivocado",),
        ),
    },
    # No Spanish word brings anyone back: a provider that holds the stop would not take it for one (issue 4).
    Word.START: {"en": ("start", "unstop"), "es": ()},
    Word.YES: {"en": ("yes", "y", "yes i agree", "i agree", "agree"), "es": ("si", "si acepto", "acepto")},
    Word.NO: {"en": ("no", "n", "nope", "i do not agree"), "es": ("no acepto",)},
    Word.HELP: {
        "en": ("help", "info", "help me", "information", "commands", "menu"),
        "es": ("ayuda", "ayudame", "informacion", "comandos"),
    },
    Word.DONE: {
        "en": ("done", "did it", "i did it", "all done", "finished"),
        "es": ("hecho", "hecha", "listo", "lista", "ya", "ya esta", "lo hice", "ya lo hice", "termine"),
    },
    Word.SNOOZE: {
        "en": ("snooze", "later", "remind me later", "not now"),
        "es": ("posponer", "luego", "despues", "mas tarde", "ahora no"),
    },
    Word.LESS: {
        "en": ("less", "less often", "fewer", "too many", "too much", "too often"),
        "es": ("menos", "menos a menudo", "demasiado", "demasiados"),
    },
    Word.MORE: {"en": ("more", "more often"), "es": ("mas", "mas a menudo")},
    Word.PAUSE: {"en": ("pause",), "es": ("pausa", "pausar")},
    Word.RESUME: {
        "en": ("resume", "continue", "unpause", "go on"),
        "es": ("seguir", "sigue", "continuar", "continua", "reanudar"),
    },
    Word.CRAMP: {
        "en": ("cramp", "cramps", "cramping", "charley horse"),
        "es": ("calambre", "calambres", "acalambrada", "acalambrado"),
    },
    Word.BORN: {
        "en": (
            *("born", "baby born", "baby is born", "the baby is born", "baby is here", "the baby is here"),
            *("my baby is here", "our baby is here", "gave birth", "i gave birth", "i have given birth"),
            *("had the baby", "i had the baby", "we had the baby", "had my baby", "i had my baby", "we had our baby"),
        ),
        "es": (
            *("nacio", "ya nacio", "nacido", "nacida", "el bebe nacio", "la bebe nacio", "mi bebe nacio"),
            *("nacio el bebe", "nacio la bebe", "nacio mi bebe", "ya nacio mi bebe", "di a luz", "ya di a luz"),
        ),
    },
    Word.LOSS: {
        "en": (
            *("loss", "a loss", "pregnancy loss", "miscarriage", "stillbirth", "stillborn"),
            *("not pregnant", "i am not pregnant", "im not pregnant"),
            *("no longer pregnant", "i am no longer pregnant", "im no longer pregnant", "not pregnant anymore"),
            *("i am not pregnant anymore", "im not pregnant anymore", "not pregnant any more"),
            *("i am not pregnant any more", "im not pregnant any more"),
        ),
        "es": (
            *("perdida", "una perdida", "aborto", "aborto espontaneo"),
            *("ya no estoy embarazada", "no estoy embarazada", "ya no hay embarazo"),
        ),
    },
    Word.FORGET: {
        "en": ("forget", "delete", "delete me", "delete my data", "erase", "erase me", "erase my data"),
        "es": ("olvidar", "borrar", "borrame", "borrar mis datos", "borra mis datos", "eliminar mis datos"),
    },
    Word.FORGET_ME: {"en": ("forget me",), "es": ("olvidame", "olvideme", "olvidenme")},
}

LANGUAGES: Spellings = {
    "en": ("english", "in english", "ingles", "en ingles"),
    "es": ("espanol", "en espanol", "castellano", "en castellano", "spanish", "in spanish"),
}
"""What asks for each language."""

GREETINGS: Spellings = {"en": ("hi", "hello", "hey", "legup"), "es": ("hola", "buenas")}
COURTESIES: Spellings = {
    "en": (
        "please",
        "pls",
        "plz",
        "ok",
        "okay",
        "thanks",
        "thank you",
        "thank you so much",
        "thanks a lot",
        "thx",
        "ty",
    ),
    "es": ("por favor", "porfa", "vale", "gracias", "muchas gracias"),
}
"""Passed over where they stand before or after a word."""
AFTER: Spellings = {"en": ("now", "right now", "x", "xx", "xxx"), "es": ("ahora", "ahora mismo")}
"""Passed over after a word only."""

AROUND_CRAMP: Spellings = {
    "en": (
        *("a", "an", "the", "my", "in", "i", "ive", "im", "have", "having", "had", "got", "get", "getting", "just"),
        *("another", "again", "bad", "really", "very", "terrible", "awful", "painful", "leg", "legs", "calf", "foot"),
        *("feet", "toe", "toes", "right", "left", "night", "tonight", "woke", "me", "up", "with", "from", "now"),
        *("help", "ow", "ouch", "please", "charley", "horse"),
    ),
    "es": (
        *("un", "una", "unos", "otro", "el", "la", "los", "mi", "en", "de", "del", "con", "y", "tengo", "tuve", "hay"),
        *("me", "dio", "da", "duele", "desperto", "muy", "fuerte", "horrible", "nuevo", "otra", "vez", "pierna"),
        *("piernas", "pantorrilla", "gemelo", "pie", "derecha", "izquierda", "noche", "ahora", "ay", "ayuda"),
        *("por", "favor"),
    ),
}
"""What people put around CRAMP when it hurts. `no cramps`, `cramps gone?` and the like are no cramp."""

LOSS_TOLD: Spellings = {
    "en": (
        *("had a miscarriage", "i miscarried", "had a stillbirth", "was stillborn", "had a loss"),
        *("lost the baby", "lost my baby", "lost our baby", "lost the pregnancy", "lost my pregnancy"),
        *("baby died", "baby has died", "lost the babies", "lost the twins", "lost our babies"),
    ),
    "es": (
        *("tuve un aborto", "tuve una perdida", "sufri un aborto", "tuvimos una perdida"),
        *("perdi al bebe", "perdi el bebe", "perdi a mi bebe", "perdi mi bebe", "perdimos al bebe"),
        *("perdimos el bebe", "perdimos a nuestro bebe", "perdi el embarazo", "murio mi bebe", "mi bebe murio"),
    ),
}
"""Anywhere in a message these tell of a loss: whoever writes that must not be answered "not understood"."""

DOUBT: Spellings = {
    "en": (
        *("if", "might", "may", "maybe", "could", "can", "would", "will", "afraid", "scared", "worried", "fear"),
        *("not", "never", "no", "didnt", "havent", "dont", "nearly", "almost", "what", "when", "why", "how"),
        *("ago", "before", "year", "years", "previous", "previously", "last", "once", "friend", "sister", "mother"),
        *("weight", "fat", "shower", "bump", "name", "again"),
    ),
    "es": (
        *("si", "quizas", "puede", "podria", "miedo", "temo", "asustada", "preocupada", "no", "nunca", "casi", "que"),
        *("cuando", "como", "hace", "antes", "ano", "anos", "anterior", "amiga", "hermana", "madre"),
        *("peso", "otra"),
    ),
}
"""With one of these, or a question mark, `LOSS_TOLD` tells of something else, or of something long ago."""


def phrases(*tables: Spellings) -> frozenset[tuple[str, ...]]:
    """All spellings of all languages, each as its words."""
    return frozenset(tuple(text.split()) for table in tables for texts in table.values() for text in texts)
