"""What stands out, and what became of it, on the command line."""

from argparse import Namespace

from vertrouwenswerk.cli.bureau_commands import unlock
from vertrouwenswerk.cli.talk import put, put_json, say
from vertrouwenswerk.domain.follow_up import FollowUp
from vertrouwenswerk.i18n import _
from vertrouwenswerk.patterns.notices import Question
from vertrouwenswerk.reports.follow_up_words import follow_up_line, follow_up_name
from vertrouwenswerk.reports.pattern_list import finding_as_json, listed
from vertrouwenswerk.reports.pattern_words import (
    history_too_short,
    not_looked_for,
    nothing_found,
    without_headcount,
)
from vertrouwenswerk.usecases import following_up
from vertrouwenswerk.usecases.pattern_looking import PatternsView, look_at_patterns


def patterns(options: Namespace) -> None:
    """Say what stands out in the newest picture, and what became of it."""
    with unlock(options) as bureau:
        view = look_at_patterns(bureau)
        courses = following_up.look_at_follow_up(bureau, view)
    if options.json:
        put_json([finding_as_json(one.told.finding, one.told.codebook, one.steps) for one in courses.current])
    else:
        _put_courses(courses.current)
        if view.was_looked_for and not view.findings:
            put(nothing_found(view.sensitivity))
        if courses.open:
            say(_("Told by an earlier picture, and followed up still:"))
            _put_courses(courses.open)
    _say_how_far_it_looked(view)


def _put_courses(courses: tuple[following_up.Course, ...]) -> None:
    for course in courses:
        put(listed(course.told.finding, course.told.codebook))
        put(f"    {follow_up_line(course.steps)}")


def follow_up(options: Namespace) -> None:
    """Set the state of a finding and print how it came to it."""
    question, state = Question(options.question), FollowUp(options.state)
    with unlock(options) as bureau:
        done = following_up.follow_up(bureau, question, options.unit, options.theme, state)
    for step in done.steps:
        put(f"{step.quarter}  {follow_up_name(step.state)}")
    if not done.changed:
        say(_("It had that state already; nothing was changed."))


def _say_how_far_it_looked(view: PatternsView) -> None:
    if not view.was_looked_for:
        for line in not_looked_for(view.picture):
            say(line)
    for line in (
        history_too_short(view.quarters_needed),
        without_headcount(view.without_headcount, view.codebook),
    ):
        if line:
            say(line)
