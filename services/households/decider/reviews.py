"""Which facts about reviews and classifications a household's history can take in."""

from datetime import date
from uuid import UUID

from services.households import errors, events
from services.households.state import HouseholdState, ReviewState
from shared.dated import value_on
from shared.decider import Malformed
from shared.fact import in_order
from shared.policy.standards import agrees, standard_on
from shared.policy.standards import classify as classify_by
from shared.recorded import Actor


def score(state: HouseholdState, fact: events.ReviewScored, _: Actor) -> None:
    """Score a review once, by indicators of the standard of the day."""
    if fact.review_id in state.reviews:
        raise errors.AlreadyRecorded(id=fact.review_id)
    _of_the_standard(fact)


def hold_meeting(state: HouseholdState, fact: events.VillageMeetingHeld, _: Actor) -> None:
    """Hold the village meeting about a review, with no more who agree than who attend."""
    in_order("/held_on", fact.held_on, _review(state, fact.review_id).scored_on)
    if fact.agreed > fact.attendees:
        raise Malformed(
            "/agreed",
            "out-of-range",
            "nhiều hơn số người dự / more than those who attended",
        )


def post(state: HouseholdState, fact: events.ResultPosted, _: Actor) -> None:
    """Post the result of a review, until a day after that."""
    in_order("/posted_on", fact.posted_on, _review(state, fact.review_id).scored_on)
    in_order("/posted_until", fact.posted_until, fact.posted_on)


def complain(state: HouseholdState, fact: events.ComplaintFiled, _: Actor) -> None:
    """File a complaint about a review once."""
    review = _review(state, fact.review_id)
    in_order("/filed_on", fact.filed_on, review.scored_on)
    if fact.complaint_id in review.complaints:
        raise errors.AlreadyRecorded(id=fact.complaint_id)


def reverify(state: HouseholdState, fact: events.ResultReverified, _: Actor) -> None:
    """Add the points of a review up again."""
    in_order("/done_on", fact.done_on, _review(state, fact.review_id).scored_on)


def classify(state: HouseholdState, fact: events.HouseholdClassified, actor: Actor) -> None:
    """Decide with four eyes, and say why where the points give another status."""
    if fact.household_id in actor.related:
        raise errors.FourEyesBroken(who=actor.sub)
    if fact.review_id is None:
        _four_eyes(_latest(state, fact.decided_on), fact, actor)
        return
    review = state.reviews.get(fact.review_id)
    if review is None:
        raise Malformed(
            "/review_id", "not-in-list", "hộ không có phiếu này / the household has no such review"
        )
    in_order("/decided_on", fact.decided_on, review.scored_on)
    _four_eyes(review, fact, actor)
    _explained(review, fact)


def _of_the_standard(fact: events.ReviewScored) -> None:
    """Refuse an indicator that the standard of the day does not have; one unknown has any."""
    standard = standard_on(fact.scored_on)
    if standard is None or not standard.indicators:
        return
    for index, indicator in enumerate(fact.deprivations):
        if indicator not in standard.indicators:
            raise Malformed(
                f"/deprivations/{index}",
                "not-in-list",
                f"chuẩn {standard.code} không có chỉ số này; một trong / standard"
                f" {standard.code} has no such indicator; one of: "
                + ", ".join(standard.indicators),
            )


def _review(state: HouseholdState, review_id: UUID) -> ReviewState:
    review = state.reviews.get(review_id)
    if review is None:
        raise errors.ReviewNotFound(review_id=review_id)
    return review


def _latest(state: HouseholdState, day: date) -> ReviewState | None:
    """Give the review that a decision which names none can but rest on."""
    scored = (review for review in state.reviews.values() if review.scored_on <= day)
    return max(scored, key=lambda review: review.scored_on, default=None)


def _four_eyes(review: ReviewState | None, fact: events.HouseholdClassified, actor: Actor) -> None:
    for decider in (fact.decided_by, actor.sub):
        if review is not None and decider in review.reviewers:
            raise errors.FourEyesBroken(who=decider)


def _explained(review: ReviewState, fact: events.HouseholdClassified) -> None:
    scores = value_on(review.scores, fact.decided_on)
    if scores is None or fact.departure_reason is not None:
        return
    given = classify_by(*scores, review.area_type, fact.effective_from)
    if not agrees(given, fact.status):
        raise errors.DepartureUnexplained(given=given, status=fact.status)
