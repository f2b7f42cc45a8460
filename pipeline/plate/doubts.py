"""Every reason to look again, by code, with an English sentence.

The pages hold Korean and English words under the same codes and the same arguments.
"""

from __future__ import annotations

from pipeline.plate.types import Doubt

DOUBTS: dict[str, str] = {
    # the verdict
    "illegible": "No characters could be read.",
    "abstains": "At {percent} % this is a guess: only from {least} % on, 99 of 100 readings are right.",
    "low_confidence": "Character {position}, read as '{char}', is only {percent} % certain.",
    "tie": "Character {position} may be '{other}' as well as '{char}': the ballots are nearly even.",
    # the text as a whole
    "no_format": "The text is not built like any Korean plate.",
    "colour_unusual": "The plate looks {colour}, and plates with such a text never are.",
    "unusual_format": "Plates of the format {format} with such a number are seen, but the official notice lacks them.",
    "digits_missing": "There are no digits, and every plate has some.",
    "letter_missing": "There is no letter, and every plate of this kind has one.",
    # the verdict beside what else is known, for whoever is to look at the plate
    "uncertain": "The whole text is right with a probability of only {percent} %.",
    "readers_disagree": "{count} of {total} readings say otherwise, such as '{other}'.",
    "near_miss": "'{known}' is a known plate, and only one character parts them.",
    "reader_failed": "{count} steps of the reading failed.",
    "by_hand": "Somebody wants this plate looked at.",
    # its parts
    "region_missing": "No region was read, but a plate with '{char}' in this place names one, such as 서울.",
    "region_unknown": "'{region}' is not a region.",
    "region_unexpected": "The region '{region}' does not belong on a plate of this kind.",
    "district_missing": "No district was read, but an old motorcycle plate names one below its region.",
    "district_unknown": "'{district}' is not a known district.",
    "district_elsewhere": "The district '{district}' does not lie in '{region}' today.",
    "code_digits": "The number in front has {found} digits; plates of this kind have {expected}.",
    "code_never_issued": "The number in front, {code}, was never issued on plates of this kind.",
    "letter_elsewhere": "The letter '{char}' belongs to {set} plates, which are built differently.",
    "letter_unknown": "'{char}' is not a letter of any plate.",
    "serial_digits": "The serial has {found} digits; plates of this kind have {expected}.",
    "serial_never_issued": "The serial {serial} was never issued on plates of this kind.",
    "word_unknown": "'{word}' is not a word of a diplomatic plate.",
    # an answer
    "answers_differ": "{reviewer} answered '{text}'.",
    "answer_unlikely": "The reader would rather see '{text}' there.",
    "answer_unlike_readings": "Readers that were sure saw '{text}'.",
    "answer_elsewhere": "Plate {id} looks the same and was answered with '{text}'.",
    # the picture
    "too_dark": "The picture is too dark.",
    "too_bright": "The picture is too bright.",
    "out_of_focus": "The picture is out of focus.",
    "low_contrast": "The characters hardly stand out from their background.",
    "too_small": "The plate is only {height_px} pixels high.",
    "steep_angle": "The plate is seen from a steep angle.",
    "cut_off": "The plate reaches over the edge of the picture.",
}


def doubt(code: str, /, **about: object) -> Doubt:
    """A doubt whose arguments are what its sentence needs.

    Raises:
        ValueError: there is no such code, or an argument of its sentence is missing.
    """
    made = Doubt(code, tuple((name, str(value)) for name, value in about.items()))
    sentence(made)
    return made


def sentence(doubt: Doubt) -> str:
    """The doubt in English.

    Raises:
        ValueError: as :func:`doubt`.
    """
    try:
        return DOUBTS[doubt.code].format(**{name: value.replace("_", " ") for name, value in doubt.about})
    except KeyError as error:
        raise ValueError(f"doubt '{doubt.code}' with {dict(doubt.about)} has no sentence: {error} is missing") from None
