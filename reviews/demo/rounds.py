"""The annual review of the year shown: drafts for everyone, some rewritten, some confirmed."""

from __future__ import annotations

from django.db.models import Prefetch

from reviews.demo.clock import Clock
from reviews.demo.people import People
from reviews.models import AnnualReview, ReviewRound, ReviewSection
from reviews.models.review import default_deadline

#: branch → what its secretary added at the end of the chapter on the plan
OWN_WORDS = {
    "P01": "支部把攻坚先锋岗设在测试平台一线，两位先锋岗带出一支六人小组，把整机测试从三天压到一天，"
    "全年为外部门支部开放机时四百余小时。",
    "P04": "砺石突击队与党小组合署办公，工艺记录次日公开，翘曲指标提前一个季度达到年度目标。",
    "P09": "支部牵头的可靠性试验规范已在三个研究室试用。",
}
CONFIRMED = ("P04", "P05", "P10", "P13")


def make(people: People, clock: Clock) -> None:
    """Open the round of the year and let some branches work on their reports."""
    year, at = clock.on.year, clock.at(clock.on)
    round = ReviewRound.begin(
        year=year,
        confirm_due_on=default_deadline(year),
        written_limit=4000,
        by=people["何砚秋"],
        at=at,
    )
    sections = Prefetch("sections", queryset=ReviewSection.objects.order_by("position"))
    reviews = AnnualReview.objects.filter(round=round).select_related("organization", "round")
    by_code = {review.organization.code: review for review in reviews.prefetch_related(sections)}
    for code, words in OWN_WORDS.items():
        section = next(s for s in by_code[code].sections.all() if s.generated and s.position > 2)
        section.review = by_code[code]
        section.rewrite(
            text=f"{section.text}\n{words}", version=section.version, by=people.secretary[code], at=at
        )
    for code in CONFIRMED:
        review = AnnualReview.objects.get(pk=by_code[code].pk)
        review.confirm(by=people.secretary[code], at=at, version=review.version)
