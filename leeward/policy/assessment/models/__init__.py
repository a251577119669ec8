"""The tables: bodies, rounds with their steps, scores, pieces of evidence, and workbooks that wait to be taken over."""

from leeward.policy.assessment.models.bodies import Body, Member
from leeward.policy.assessment.models.rounds import Participation, Round, RoundEvent
from leeward.policy.assessment.models.scores import HeldPiece, Incoming, Score

__all__ = ["Body", "HeldPiece", "Incoming", "Member", "Participation", "Round", "RoundEvent", "Score"]
