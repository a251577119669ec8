"""Who is trained: employers, their learners, requirements and courses, and when each is due again (C2)."""
