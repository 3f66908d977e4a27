"""What people hear about their own relationships; nobody hears of anybody else's."""

from typing import ClassVar

from appliance.events import Intent, PeopleEvent
from appliance.relationships.model import GoneRelationship, Relationship


class RelationshipAdded(PeopleEvent, frozen=True, kw_only=True):
    """A relationship is new, or of another type than before."""

    name: ClassVar[str] = "RELATIONSHIP_ADD"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Relationship


class RelationshipUpdated(PeopleEvent, frozen=True, kw_only=True):
    """The other person has another name."""

    name: ClassVar[str] = "RELATIONSHIP_UPDATE"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: Relationship


class RelationshipRemoved(PeopleEvent, frozen=True, kw_only=True):
    name: ClassVar[str] = "RELATIONSHIP_REMOVE"
    intent: ClassVar[Intent] = Intent.ALWAYS
    payload: GoneRelationship
