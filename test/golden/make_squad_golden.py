"""Writes test/fixtures/metrics/squad.json: scores of answers as torchmetrics (1.1) and transformers'
squad_metrics (2.0) give them.

python3 -m venv venv && venv/bin/pip install torchmetrics 'transformers==4.46.3' torch
venv/bin/python make_squad_golden.py
"""

import json
import random
import warnings
from importlib.metadata import version
from pathlib import Path

from torchmetrics.functional.text import squad
from transformers.data.metrics.squad_metrics import normalize_answer, squad_evaluate

warnings.filterwarnings("ignore")
rng = random.Random(20160616)

texts = [
    "", " ", "the", "The", "a", "an apple", "apple", "Apple.", "the  apple", "an-apple", "a.n apple",
    "the apple the", "apple apple", "apple apple apple", "pear apple", "apple pear", "anapple",
    "caf\u00e9", "cafe\u0301", "a\u0301", "a\u00e9", "\u00e9 a \u00e9", "The\u00e9", "a_b", "a\u2014b", "a \u2014 b",
    "\u201cthe apple\u201d", "1,000", "1000", "$1000", "1 000", "1\u00a0000", "1\u3000000", "\u4e2d\u6587", "a\u4e2d", "\u4e2d a \u4e2d",
    "\u0130stanbul", "istanbul", "STRA\u00dfE", "strasse", "\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2", "\u00b2a", "a\u00b2", "a\u2460", "\U0001f600 the \U0001f600",
    "...", "?!", "the.", "`the`", "a\tb\nc", "a\x1cb", "x\x1cy", "x\x85y", "x\u200by", "x\ufeffy", "U.S.", "US", "u s",
    "Denver Broncos", "the Denver Broncos", "Broncos of Denver", "Denver's Broncos", "A a an the THE",
]


class Example:
    def __init__(self, qas_id, answers):
        self.qas_id = qas_id
        self.answers = [{"text": text} for text in answers]


def first(gold, predictions):
    total = {"exact_match": 0.0, "f1": 0.0}
    # Question by question: torchmetrics adds up in single precision.
    for key, answers in gold.items():
        guess = [{"id": key, "prediction_text": predictions[key]}] if key in predictions else []
        if not guess:
            continue
        target = {"id": key, "answers": {"text": answers, "answer_start": [0] * len(answers)}}
        scores = squad(guess, [target])
        for name in total:
            total[name] += float(scores[name]) / 100
    return {
        "exactMatch": total["exact_match"] / len(gold),
        "f1": total["f1"] / len(gold),
    }


def second(gold, predictions):
    scores = squad_evaluate([Example(key, answers) for key, answers in gold.items()], predictions)
    part = lambda name: (
        {
            "exactMatch": scores[f"{name}_exact"] / 100,
            "f1": scores[f"{name}_f1"] / 100,
            "questions": scores[f"{name}_total"],
        }
        if f"{name}_total" in scores
        else None
    )
    return {
        "metrics": {"exactMatch": scores["exact"] / 100, "f1": scores["f1"] / 100},
        "questions": scores["total"],
        "answerable": part("HasAns"),
        "unanswerable": part("NoAns"),
    }


def draw_text():
    words = ["the", "a", "Apple", "pear,", "of", "Denver", "1,000", "caf\u00e9"]
    return " ".join(rng.choice(words) for _ in range(rng.randint(1, 7)))


def sample(size, empty, missing):
    gold, predictions = {}, {}
    for n in range(size):
        count = 0 if rng.random() < empty else rng.randint(1, 4)
        gold[f"q{n}"] = [rng.choice([draw_text(), rng.choice(texts)]) for _ in range(count)]
        if rng.random() < missing:
            continue
        answers = gold[f"q{n}"]
        predictions[f"q{n}"] = rng.choice(
            [rng.choice(answers) if answers else "", draw_text(), rng.choice(texts), ""]
        )
    return gold, predictions


def both(name, gold, predictions):
    # The reference of 2.0 needs every prediction: it divides by those that it has seen.
    complete = {key: answers for key, answers in gold.items() if key in predictions}
    answered = all(gold.values())
    return {
        "name": name,
        "gold": gold,
        "predictions": predictions,
        "first": first(gold, predictions) if answered else None,
        "second": second(complete, predictions),
    }


cases = [
    both(
        f"{json.dumps(guess)} for every text",
        {str(i): [text] for i, text in enumerate(texts)},
        {str(i): guess for i in range(len(texts))},
    )
    for guess in texts
] + [
    both("all answered, none missing", *sample(200, 0, 0)),
    both("some missing", *sample(200, 0, 0.2)),
    both("half without an answer", *sample(300, 0.5, 0)),
    both("none with an answer", *sample(40, 1, 0)),
    both("the best of several", {"q": ["the", "red apple", "apple"]}, {"q": "an apple"}),
]
normalized = [{"text": text, "normal": normalize_answer(text)} for text in texts]
file = Path(__file__).parent.parent / "fixtures" / "metrics" / "squad.json"
file.parent.mkdir(parents=True, exist_ok=True)
golden = {
    "versions": {"torchmetrics": version("torchmetrics"), "transformers": version("transformers")},
    "normalized": normalized,
    "cases": cases,
}
file.write_text(json.dumps(golden, indent=None, separators=(",", ":")) + "\n")
print(file)
