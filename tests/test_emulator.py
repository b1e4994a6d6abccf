"""The emulator keeps what a real terminal might keep; were it forgetful, no leak would be found."""

from tests.emulator import Emulator

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


def test_the_alternate_screen_is_kept_when_it_is_left_and_shown_again() -> None:
    terminal = Emulator(10, 3)
    terminal.feed(f"before{ENTER}\x1b[Hsecret{LEAVE}")
    assert terminal.shown.text().strip() == "before"
    assert "secret" in terminal.everything()
    terminal.feed(ENTER)
    assert terminal.shown.text().strip() == "secret"


def test_a_screen_erased_as_a_whole_moves_into_the_scrollback_and_a_line_does_not() -> None:
    for sequence, kept in (("\x1b[2J", True), ("\x1b[H\x1b[J", True), ("\x1b[1;1H\x1b[2K\x1b[2J", False)):
        terminal = Emulator(10, 3)
        terminal.feed(f"{ENTER}secret{sequence}")
        assert terminal.shown.text().strip() == ""
        assert ("secret" in terminal.everything()) is kept, sequence


def test_lines_that_scroll_off_are_kept_until_the_scrollback_is_erased() -> None:
    terminal = Emulator(10, 2)
    terminal.feed("secret\none\ntwo\nthree")
    assert "secret" not in terminal.shown.text()
    assert "secret" in terminal.everything()
    terminal.feed("\x1b[3J")
    assert "secret" not in terminal.everything()


def test_title_and_clipboard_are_kept() -> None:
    terminal = Emulator(10, 2)
    terminal.feed("\x1b]0;secret\x07\x1b]52;c;c2VjcmV0\x1b\\")
    assert terminal.titles == ["secret"]
    assert terminal.clipboard == ["c;c2VjcmV0"]


def test_characters_stand_where_the_cursor_was_put_though_a_sequence_comes_in_pieces() -> None:
    terminal = Emulator(6, 2)
    for piece in ("\x1b[2", ";3Hab\x1b", "[31mc", "\x1b[1;1Hx\x1b[?7lyyyyyyyyy"):
        terminal.feed(piece)
    assert terminal.shown.text() == "xyyyyy\n  abc"
    assert not terminal.unknown


def test_what_it_does_not_know_is_listed() -> None:
    terminal = Emulator(6, 2)
    terminal.feed("\x1b[5L\x1b]99;x\x07")
    assert terminal.unknown == ["[5]L", "99;x"]
