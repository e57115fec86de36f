"""Evaluation: how well the shipped models do on labelled recordings of people."""
