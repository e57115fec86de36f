"""Synthetic speech: engines, a content-addressed cache, recipes and a judge.

The way of the data: a language seed becomes a list of jobs (`recipe`), the jobs become clips
(`synthesise`), the clips land in a cache with their provenance (`cache`), and a speech
recogniser scores a sample of them (`judge`).
"""

from allears_tools.speech.cache import Entry, SpeechCache
from allears_tools.speech.request import ClipRequest, Job
from allears_tools.speech.synthesise import synthesise

__all__ = ["ClipRequest", "Entry", "Job", "SpeechCache", "synthesise"]
