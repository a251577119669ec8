"""What people see and press: training managers, authors, the ministry, learners, everybody."""
