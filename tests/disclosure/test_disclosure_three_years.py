"""Three years of quarterly sittings on a cluster of Waterstad, judged after each and at the end."""

from tests.disclosure.stories import Story
from tests.disclosure.test_disclosure_linked import check_picture
from tests.disclosure.three_years import A_CLUSTER, before_and_after, sittings


def test_three_years_of_sittings_prove_nothing_small_and_no_change_of_few() -> None:
    story = Story(before_and_after(A_CLUSTER))
    for number, made in enumerate(sittings(A_CLUSTER, story), start=1):
        check_picture(story)
        shown = [table.shown_cells for table in made.tables]
        print(number, shown, made.certificate.audited, made.certificate.proven_before)
        assert shown[1] > 20, "safe by hiding too much"
    last = story.auditor()
    proven = last.proven(story.tables, last.suspects(story.tables, 3))
    assert proven == {}, "with the threshold that held for most of them"
