"""Many vacancies at once: who stands on how many lists, balanced lists, who gets which place."""
