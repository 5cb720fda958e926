"""The foundation stands: the standing people sign in, the undeclared is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from common.access import AccessMiddleware


def test_a_view_that_declares_nothing_is_refused_by_name(rf: RequestFactory):
    def forgotten(request):
        raise AssertionError("reached")

    middleware = AccessMiddleware(lambda request: forgotten(request))
    with pytest.raises(ImproperlyConfigured, match="forgotten"):
        middleware.process_view(rf.get("/"), forgotten, (), {})


def test_the_standing_people_have_their_roles(institute):
    from datetime import date

    from branches.access import actor_for
    from common.access import Role

    on = date(2026, 6, 18)
    assert Role.OFFICE in actor_for(institute.office, on).roles
    assert Role.COMMITTEE in actor_for(institute.committee, on).roles
    assert Role.COMMISSION in actor_for(institute.commission, on).roles
    secretary = actor_for(institute.secretary, on)
    assert Role.OFFICER in secretary.roles
    assert secretary.writes_for(institute.branch)
    assert not secretary.writes_for(institute.other_branch)
    assert not actor_for(institute.committee, on).writes_for(institute.branch)
