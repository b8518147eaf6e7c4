"""Names of files: safe on every system, each given once."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vistazo.workflows.file_names import Names, safe_name

DEVICES = {"con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"}
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300) | st.sampled_from(
    ["CON", "con.txt", "nul", "LPT1.png", "..", ".", " ", "", "a" * 300, "train", "Val", "😀" * 90]
)


@given(TEXTS)
def test_every_text_becomes_a_name_that_every_system_takes(text):
    """No separator, control character, device, hidden or overlong name, dot or blank at the end."""
    name = safe_name(text)
    assert name
    assert not set(name) & set('<>:"/\\|?*')
    assert name.isprintable()
    assert not name.startswith(".")
    assert name == name.strip().rstrip(". ")
    assert len(name.encode()) <= 210
    assert name.partition(".")[0].casefold() not in DEVICES
    assert name.casefold() not in {"train", "val", "test", "validation", "__macosx"}


@given(
    st.text(st.sampled_from("abcñéЖ中 1-_()"), min_size=1, max_size=40).map(str.strip).filter(bool)
)
def test_a_plain_name_stays(text):
    """Letters of any language, digits, blanks and hyphens are kept."""
    assert safe_name(text) == unicodedata.normalize("NFC", text)


@given(st.lists(st.sampled_from(["a", "A", "a-2", "a-2-2", "ñ", "Ñ", "b"]), max_size=30))
def test_no_name_is_given_twice(wanted):
    """Names that only capitals tell apart are two names nowhere; the first is given as asked."""
    names = Names()
    given_names = [names.free(name, ".png") for name in wanted]
    assert len({name.casefold() for name in given_names}) == len(wanted)
    assert not wanted or given_names[0] == wanted[0] + ".png"
