"""What the desk says once something was done. The address carries only a name of these, never a text."""

from __future__ import annotations

NOTICES = {
    "invited": "The invitation is on its way. The link works once, within 48 hours.",
    "reset": "Their sign-in has ended. A link to set up a new one is on its way to them.",
    "role": "The role is changed. They have to sign in again.",
    "disabled": "The account is disabled, and signed out everywhere. Requests that were theirs need somebody now.",
    "enabled": "The account is enabled again.",
    "anothers-form": "A colleague was signed out here before they sent a form. Only they may see it: please tell them.",
    "ended": "That session has ended.",
    "saved": "It is saved.",
    "entered": "It is recorded, and it is yours now.",
    "offered": "The times are put forward. Families that gave an e-mail address are written to; ring the others.",
    "confirmed": "The time is confirmed. Families that gave an e-mail address are written to; ring the others.",
    "moved": "The time is changed. Families that gave an e-mail address are written to; ring the others.",
    "cancelled": "It is cancelled. Families that gave an e-mail address are written to; ring the others.",
    "marked": "It is marked.",
    "written": "It is saved. Somebody else has to approve it.",
    "approved": "It is approved. Families get it after the next training.",
    "taken-back": "It is withdrawn. Families are told that the leaflet doesn't say, after the next training.",
    "withdrawn": "The time is withdrawn. Nobody had it.",
    "withdrawn-taken": "The time is withdrawn. A request had it and now needs another: it stands first in the list.",
    "revoked": "The address leads nowhere any more.",
    "paused": "It is paused.",
    "resumed": "It goes on.",
    "joined": "You are in the chat. The family reads that you are.",
    "said": "Your answer was sent.",
    "left": "You have left the chat. The family reads that you have, and the assistant answers again.",
    "signed-out": "You are signed out.",
}
