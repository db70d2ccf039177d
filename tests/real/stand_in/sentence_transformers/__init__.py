"""In place of the library of that name: the same text has the same vector, and like texts have like ones. No model."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy

DIMENSION = 384


class SentenceTransformer:
    """Counts words by their checksum."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.device = "cpu"
        self.max_seq_length = 512

    def encode(self, texts: str | Sequence[str], **_: Any) -> Any:
        """One vector for a text, a matrix for several."""
        if isinstance(texts, str):
            return self._vector(texts)
        return numpy.stack([self._vector(text) for text in texts]) if len(texts) else numpy.zeros((0, DIMENSION))

    def get_sentence_embedding_dimension(self) -> int:
        """How long a vector is."""
        return DIMENSION

    def to(self, *_: Any) -> SentenceTransformer:
        """Itself; there is no other device."""
        return self

    @staticmethod
    def _vector(text: str) -> Any:
        vector = numpy.zeros(DIMENSION, dtype="float32")
        for word in text.lower().split():
            vector[zlib.crc32(word.encode()) % DIMENSION] += 1
        return vector / (numpy.linalg.norm(vector) or 1)
