"""Steps that are done once: skipped while what decides them stays the same."""

from allears_tools.jobs.step import Outcome, Stamps, Step, digest_of, run_steps

__all__ = ["Outcome", "Stamps", "Step", "digest_of", "run_steps"]
