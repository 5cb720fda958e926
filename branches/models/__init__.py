"""Who: organizations, people, their memberships and offices, liaisons, vanguard posts, assault teams."""

from branches.models.office import Appointment, Liaison, Membership, Term
from branches.models.organization import Organization
from branches.models.person import Person
from branches.models.post import PostReview, VanguardPost
from branches.models.team import AssaultTeam, Milestone, TeamMember

__all__ = [
    "Appointment",
    "AssaultTeam",
    "Liaison",
    "Membership",
    "Milestone",
    "Organization",
    "Person",
    "PostReview",
    "TeamMember",
    "Term",
    "VanguardPost",
]
