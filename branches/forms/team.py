"""Forms of vanguard posts, their reviews, assault teams, members and milestones."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.access import Actor
from branches.forms.fields import OrganizationField, PersonField
from branches.forms.office import SpanForm
from branches.models import AssaultTeam, Milestone, Organization, Person, TeamMember, VanguardPost
from common.forms import DateField, Form, ModelForm


class PostForm(ModelForm):
    """An application: who, what is attacked, what is promised, from when to when."""

    beside = {
        "vanguard_post_valid_to_after_from": "valid_to",
        "vanguard_post_one_open_per_challenge": "challenge",
    }

    organization = OrganizationField(label=_("Organization"), queryset=Organization.objects.none())
    holder = PersonField(label=_("Holder"), help_text=_("Name or employee number of a member."))

    class Meta:
        model = VanguardPost
        fields = ["organization", "holder", "challenge", "commitment", "valid_from", "valid_to"]
        field_classes = {"valid_from": DateField, "valid_to": DateField}
        help_texts = {
            "challenge": _("The hard task, in one line."),
            "commitment": _("What will be done, so that others can see whether it was."),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organization.objects.active().writable_by(actor)
        self.fields["organization"].queryset = own  # type: ignore[attr-defined]
        holder = self.fields["holder"]
        if isinstance(holder, PersonField):
            holder.people = Person.objects.active().visible_to(actor)


class RefusalForm(Form):
    """Why a post is not approved."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": "3"})
    )


class ReviewForm(Form):
    """The yearly review of a post."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    renewed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("1", _("renew")), ("0", _("withdraw"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was achieved"), max_length=500, widget=forms.Textarea(attrs={"rows": "3"})
    )
    valid_to = DateField(label=_("New end"), required=False, help_text=_("Only when the post is renewed."))


class TeamForm(ModelForm):
    """Everything about a team, for the Party office."""

    beside = {"assault_team_ends_after_start": "ends_on"}

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    organization = OrganizationField(label=_("Organization"), queryset=Organization.objects.none())
    captain = PersonField(label=_("Captain"), help_text=_("Name or employee number."))

    class Meta:
        model = AssaultTeam
        fields = [
            "name",
            "kind",
            "organization",
            "captain",
            "named_after",
            "naming_document",
            "flag_awarded_on",
            "starts_on",
            "ends_on",
            *AssaultTeam.TEXTS,
        ]
        field_classes = {"flag_awarded_on": DateField, "starts_on": DateField, "ends_on": DateField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.active()  # type: ignore[attr-defined]
        captain = self.fields["captain"]
        if isinstance(captain, PersonField):
            captain.people = Person.objects.active()
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version

    @property
    def values(self) -> dict[str, Any]:
        """What the row gets."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TeamTextsForm(ModelForm):
    """The four texts, for officers of the team's organization."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AssaultTeam
        fields = list(AssaultTeam.TEXTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    @property
    def values(self) -> dict[str, Any]:
        """What the row gets."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TeamMemberForm(SpanForm):
    beside = {"team_member_one_open": "person", "team_member_ends_after_start": "ends_on"}

    person = PersonField(label=_("Person"), help_text=_("Name or employee number."))

    class Meta:
        model = TeamMember
        fields = ["person", "duty", "starts_on", "ends_on"]
        field_classes = {"starts_on": DateField, "ends_on": DateField}


class MilestoneForm(ModelForm):
    """A promised day; ``done on`` when it was reached."""

    class Meta:
        model = Milestone
        fields = ["phase", "title", "due_on", "done_on"]
        field_classes = {"due_on": DateField, "done_on": DateField}

    @property
    def values(self) -> dict[str, Any]:
        """What the row gets."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TeamFilter(Form):
    """What the page of posts and teams can be narrowed to."""

    q = forms.CharField(label=_("Name, task or person"), required=False, max_length=60)
    organization = OrganizationField(
        label=_("Organization"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("all organizations"),
    )
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, organizations: Any, states: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["state"].choices = states  # type: ignore[attr-defined]
