"""Who may take which step of a ledger item: one table, read by the pages and by the views that take the step.

``permitted`` answers for the person (else 403), ``may`` also for the item's state (what a page offers).
The rules no role may override (never one's own item) stand in the model's steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.access import Actor
from tasks.models import LedgerItem
from tasks.models.exchange import ANSWERED_IN
from tasks.models.stepping import Step

State = LedgerItem.State


def keeps_ledger(actor: Actor, item: LedgerItem, on: date) -> bool:
    """The Party office registers, assigns and corrects."""
    return actor.is_office


def handles(actor: Actor, item: LedgerItem, on: date) -> bool:
    """The person responsible and the officers of the lead unit do the work and report on it."""
    if actor.person is None:
        return False
    return actor.person_id == item.owner_id or (item.lead is not None and actor.is_officer_of(item.lead))


def watches(actor: Actor, item: LedgerItem, on: date) -> bool:
    """The Party office, the committee and the leader responsible watch over an item that is not their own."""
    if actor.person is None or actor.person_id == item.owner_id:
        return False
    return actor.is_office or actor.is_committee or actor.person_id == item.leader_id


def answers_report(actor: Actor, item: LedgerItem, on: date) -> bool:
    """A watcher who did not write the waiting report."""
    waiting = _waiting(item, "reports")
    return watches(actor, item, on) and (waiting is None or waiting.reported_by_id != actor.person_id)


def decides_extension(actor: Actor, item: LedgerItem, on: date) -> bool:
    """A watcher who did not ask for it."""
    waiting = _waiting(item, "extensions")
    return watches(actor, item, on) and (waiting is None or waiting.requested_by_id != actor.person_id)


def finds_complete(actor: Actor, item: LedgerItem, on: date) -> bool:
    """A watcher who never reported on the item and did not ask for completion."""
    return watches(actor, item, on) and not item.worked_on_by(actor.person_id)


def clears(actor: Actor, item: LedgerItem, on: date) -> bool:
    """The office or the committee, never a hand of the lead unit."""
    person = actor.person
    return person is not None and (actor.is_office or actor.is_committee) and not item.is_hand_of(person, on)


def _waiting(item: LedgerItem, relation: str) -> Any:
    """The report or extension that waits for an answer; no query where the relation was prefetched."""
    return next((row for row in getattr(item, relation).all() if row.status == "pending"), None)


@dataclass(frozen=True)
class Rule:
    """By whom, in which states, and whether something has to wait for an answer (or must not)."""

    who: Callable[[Actor, LedgerItem, date], bool]
    states: frozenset[str]
    waiting: str = ""
    not_waiting: str = ""
    in_time: bool = False


def _in(*states: str) -> frozenset[str]:
    return frozenset(str(state) for state in states)


RULES: dict[Step, Rule] = {
    Step.EDIT: Rule(keeps_ledger, _in(State.DRAFT, State.REGISTERED, State.ASSIGNED, State.IN_PROGRESS)),
    Step.REGISTER: Rule(keeps_ledger, _in(State.DRAFT)),
    Step.ASSIGN: Rule(keeps_ledger, _in(State.REGISTERED)),
    Step.SIGN_FOR: Rule(handles, _in(State.ASSIGNED)),
    Step.REPORT: Rule(handles, _in(State.IN_PROGRESS), not_waiting="reports"),
    Step.ACCEPT_REPORT: Rule(answers_report, _in(*ANSWERED_IN), waiting="reports"),
    Step.RETURN_REPORT: Rule(answers_report, _in(*ANSWERED_IN), waiting="reports"),
    Step.DECIDE_EXTENSION: Rule(decides_extension, _in(*ANSWERED_IN), waiting="extensions"),
    Step.REQUEST_EXTENSION: Rule(handles, _in(State.IN_PROGRESS), not_waiting="extensions", in_time=True),
    Step.REQUEST_COMPLETION: Rule(handles, _in(State.IN_PROGRESS)),
    Step.COMPLETE: Rule(finds_complete, _in(State.COMPLETION_REQUESTED)),
    Step.SEND_BACK: Rule(watches, _in(State.COMPLETION_REQUESTED)),
    Step.CLEAR: Rule(clears, _in(State.COMPLETED)),
    Step.URGE: Rule(watches, _in(*ANSWERED_IN)),
    Step.CORRECT_ASSIGNMENT: Rule(keeps_ledger, _in(State.REGISTERED, *ANSWERED_IN)),
    Step.RETURN_TO_DRAFT: Rule(keeps_ledger, _in(State.REGISTERED, State.ASSIGNED, State.IN_PROGRESS)),
}


def permitted(actor: Actor, item: LedgerItem, step: Step, on: date) -> bool:
    """Whether the step is this person's to take at all."""
    return actor.person is not None and RULES[step].who(actor, item, on)


def possible(item: LedgerItem, step: Step, on: date) -> bool:
    """Whether the item stands where the step can be taken."""
    rule = RULES[step]
    if item.state not in rule.states:
        return False
    if rule.waiting and _waiting(item, rule.waiting) is None:
        return False
    if rule.not_waiting and _waiting(item, rule.not_waiting) is not None:
        return False
    return not rule.in_time or (item.due_on is not None and on <= item.due_on)


def may(actor: Actor, item: LedgerItem, step: Step, on: date) -> bool:
    """Whether the person may take the step now."""
    return possible(item, step, on) and permitted(actor, item, step, on)


def steps_open(actor: Actor, item: LedgerItem, on: date) -> list[Step]:
    """The steps a page offers to a person, in the order of the table."""
    return [step for step in RULES if may(actor, item, step, on)]
