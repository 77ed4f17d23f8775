"""The warehouse's answers: views for analysis, metrics, a cookbook of questions, files to take along."""
