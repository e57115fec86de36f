"""Desk tools of AllEars: seeds, speech, training, evaluation, demo; one folder a job."""
