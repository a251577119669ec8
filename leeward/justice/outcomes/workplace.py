"""What outcomes tell the home page of analysts."""

from leeward.foundation.work.rooms import Room, RoomPage

ROOM = Room(
    pages=(
        RoomPage(name="outcomes:submissions"),
        RoomPage(name="outcomes:authorities"),
        RoomPage(name="outcomes:cohorts"),
    )
)
