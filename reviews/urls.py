"""Addresses of reviews."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import (
    dashboard,
    desk,
    handover,
    measure,
    more,
    organization,
    plan,
    review,
    review_rounds,
)

REVIEW: list[URLPattern] = [
    path("annual-reviews/", review_rounds.review_rounds, name="review_rounds"),
    path("annual-reviews/new/", review_rounds.review_round_new, name="review_round_new"),
    path("annual-reviews/<int:year>/", review_rounds.review_round, name="review_round"),
    path("annual-reviews/<int:year>/terms/", review_rounds.review_round_terms, name="review_round_terms"),
    path("annual-reviews/<int:year>/drafts/", review_rounds.review_round_fill, name="review_round_fill"),
    path("annual-reviews/<int:year>/close/", review_rounds.review_round_close, name="review_round_close"),
    path("annual-reviews/<int:year>/reopen/", review_rounds.review_round_reopen, name="review_round_reopen"),
    path(
        "annual-reviews/<int:year>/export/<slug:form>/",
        review_rounds.review_round_export,
        name="review_round_export",
    ),
    path("annual-reviews/report/<int:pk>/", review.review, name="review"),
    path("annual-reviews/report/<int:pk>/generate/", review.review_generate, name="review_generate"),
    path("annual-reviews/report/<int:pk>/confirm/", review.review_confirm, name="review_confirm"),
    path("annual-reviews/report/<int:pk>/withdraw/", review.review_withdraw, name="review_withdraw"),
    path("annual-reviews/report/<int:pk>/text/<slug:key>/", review.review_section, name="review_section"),
    path(
        "annual-reviews/report/<int:pk>/text/<slug:key>/restore/",
        review.review_restore,
        name="review_restore",
    ),
    path("annual-reviews/report/<int:pk>/export/<slug:form>/", review.review_export, name="review_export"),
]

DASHBOARDS: list[URLPattern] = [
    path("", dashboard.home, name="home"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("plans/<int:pk>/", plan.plan, name="plan"),
    path("plans/<int:pk>/coverage/", plan.plan_coverage, name="plan_coverage"),
    path("measures/<int:pk>/", measure.measure, name="measure"),
    path("organizations/<int:pk>/", organization.organization, name="organization"),
    path("owed/", organization.owed, name="owed"),
    path("desk/", desk.desk, name="desk"),
    path("me/", desk.me, name="me"),
    path("people/<int:pk>/handover/", handover.handover, name="handover"),
    path("more/", more.more, name="more"),
]

urlpatterns: list[URLPattern] = [*DASHBOARDS, *REVIEW]
