"""Accepts trainings, lets workers do them and publishes the models they make."""
