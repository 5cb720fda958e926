"""Addresses of who: organizations, people and what ties them, posts and teams, their spreadsheets."""

from __future__ import annotations

from django.urls import path

from branches.views import account, importing, office, organization, person, post, team

urlpatterns = [
    path("organizations/", organization.organizations, name="organizations"),
    path("organizations/add/", organization.add, name="organization_add"),
    path("organizations/import/", importing.organizations, name="organization_import"),
    path("organizations/import/template/", importing.organization_template, name="organization_template"),
    path("organizations/<int:pk>/manage/", organization.manage, name="organization_manage"),
    path("organizations/<int:pk>/edit/", organization.edit, name="organization_edit"),
    path("organizations/<int:pk>/deactivate/", organization.deactivate, name="organization_deactivate"),
    path("organizations/<int:pk>/reactivate/", organization.reactivate, name="organization_reactivate"),
    path("people/", person.people, name="people"),
    path("people/add/", person.add, name="person_add"),
    path("people/import/", importing.people, name="person_import"),
    path("people/import/template/", importing.people_template, name="person_template"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/edit/", person.edit, name="person_edit"),
    path("people/<int:pk>/deactivate/", person.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", person.reactivate, name="person_reactivate"),
    path("memberships/add/", office.membership_add, name="membership_add"),
    path("memberships/<int:pk>/end/", office.membership_end, name="membership_end"),
    path("appointments/add/", office.appointment_add, name="appointment_add"),
    path("appointments/<int:pk>/end/", office.appointment_end, name="appointment_end"),
    path("terms/add/", office.term_add, name="term_add"),
    path("terms/<int:pk>/end/", office.term_end, name="term_end"),
    path("liaisons/add/", office.liaison_add, name="liaison_add"),
    path("liaisons/<int:pk>/end/", office.liaison_end, name="liaison_end"),
    path("teams/", team.teams, name="teams"),
    path("teams/add/", team.add, name="team_add"),
    path("teams/<int:pk>/", team.team, name="team"),
    path("teams/<int:pk>/edit/", team.edit, name="team_edit"),
    path("teams/<int:pk>/members/add/", team.member_add, name="team_member_add"),
    path("team-members/<int:pk>/end/", team.member_end, name="team_member_end"),
    path("teams/<int:pk>/milestones/add/", team.milestone_add, name="milestone_add"),
    path("milestones/<int:pk>/", team.milestone_edit, name="milestone_edit"),
    path("milestones/<int:pk>/done/", team.milestone_done, name="milestone_done"),
    path("teams/posts/", post.posts, name="posts"),
    path("teams/posts/add/", post.add, name="vanguard_post_add"),
    path("teams/posts/<int:pk>/", post.post, name="vanguard_post"),
    path("teams/posts/<int:pk>/approve/", post.approve, name="vanguard_post_approve"),
    path("teams/posts/<int:pk>/refuse/", post.refuse, name="vanguard_post_refuse"),
    path("teams/posts/<int:pk>/withdraw/", post.take_back, name="vanguard_post_withdraw"),
    path("teams/posts/<int:pk>/review/", post.review, name="vanguard_post_review"),
    path("accounts/add/", account.add, name="account_add"),
    path("accounts/<int:pk>/link/", account.link, name="account_link"),
]
