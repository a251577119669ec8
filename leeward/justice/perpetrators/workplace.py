"""What change tells the home page: its pages. Nothing here waits for policy officers."""

from leeward.foundation.work.rooms import Room, RoomPage

ROOM = Room(pages=(RoomPage(name="perpetrators:trials", also=("perpetrators:trial-begin", "perpetrators:trial-end")),))
