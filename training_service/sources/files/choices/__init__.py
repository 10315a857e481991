"""What was chosen when a sales file was read, and why: its form, its columns and the form of its dates."""
