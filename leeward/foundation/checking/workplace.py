"""What this room tells the header of everybody who works here: where signed records are seen and revoked."""

from leeward.foundation.work.rooms import Room, RoomPage

ROOM = Room(pages=(RoomPage(name="checking:records", also=("checking:revoke",)),))
