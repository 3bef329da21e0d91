"""揭榜挂帅: challenges, and the teams of people that together can do what they take."""

from matching.teams.challenge import Challenge, Level, RequiredSkill, read_challenge
from matching.teams.search import find_teams, judge_team, people_rows
from matching.teams.team import Brought, Excluded, Team, TeamList, TeamMember, Uncovered

__all__ = [
    "Brought",
    "Challenge",
    "Excluded",
    "Level",
    "RequiredSkill",
    "Team",
    "TeamList",
    "TeamMember",
    "Uncovered",
    "find_teams",
    "judge_team",
    "people_rows",
    "read_challenge",
]
