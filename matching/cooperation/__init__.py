"""School and enterprise: projects and laboratories, internship seats, majors and open vacancies."""

from matching.cooperation.internships import (
    Assignment,
    Internships,
    Seat,
    Student,
    assign_seats,
    internship_document,
    read_seats,
    read_students,
)
from matching.cooperation.leads import Lead, leads_of
from matching.cooperation.majors import (
    CollegeMajor,
    MajorOutlook,
    major_outlook,
    open_on,
    outlook_document,
    read_majors,
)
from matching.cooperation.projects import (
    Laboratory,
    Partnership,
    Project,
    match_projects,
    project_document,
    read_laboratories,
    read_projects,
)

__all__ = [
    "Assignment",
    "CollegeMajor",
    "Internships",
    "Laboratory",
    "Lead",
    "MajorOutlook",
    "Partnership",
    "Project",
    "Seat",
    "Student",
    "assign_seats",
    "internship_document",
    "leads_of",
    "major_outlook",
    "match_projects",
    "open_on",
    "outlook_document",
    "project_document",
    "read_laboratories",
    "read_majors",
    "read_projects",
    "read_seats",
    "read_students",
]
