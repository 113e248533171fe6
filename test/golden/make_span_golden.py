"""Writes test/fixtures/metrics/spans.json: metrics of tag sequences as seqeval gives them.

python3 -m venv venv && venv/bin/pip install seqeval && venv/bin/python make_span_golden.py
"""

import json
import random
import warnings
from importlib.metadata import version
from pathlib import Path

from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support
from seqeval.metrics.v1 import precision_recall_fscore_support as strict_scores
from seqeval.scheme import IOB2
from seqeval.metrics.sequence_labeling import get_entities

warnings.filterwarnings("ignore")
rng = random.Random(20030531)


def strict_f1(gold, predicted):
    """None where seqeval refuses the tags: E-, S- and others are not of IOB2."""
    try:
        return float(f1_score(gold, predicted, mode="strict", scheme=IOB2))
    except (ValueError, KeyError):
        return None


def strict_by_type(gold, predicted):
    try:
        return [
            [float(v) for v in values]
            for values in strict_scores(gold, predicted, average=None, scheme=IOB2)
        ]
    except (ValueError, KeyError):
        return None


def case(name, gold, predicted):
    gold = [tags.split() for tags in gold]
    predicted = [tags.split() for tags in predicted]
    types = sorted({each[0] for seq in (gold, predicted) for each in get_entities(seq)})
    by_type = precision_recall_fscore_support(gold, predicted, average=None)
    macro = float(f1_score(gold, predicted, average="macro")) if types else None
    return {
        "name": name,
        "gold": [" ".join(tags) for tags in gold],
        "predicted": [" ".join(tags) for tags in predicted],
        "metrics": {
            "entityF1": float(f1_score(gold, predicted)),
            "entityF1Strict": strict_f1(gold, predicted),
            "tokenAccuracy": float(accuracy_score(gold, predicted)),
            "precision": float(precision_score(gold, predicted)),
            "recall": float(recall_score(gold, predicted)),
            "macroF1": macro,
            "byLabel": {
                kind: {
                    "precision": float(by_type[0][i]),
                    "recall": float(by_type[1][i]),
                    "f1": float(by_type[2][i]),
                    "support": int(by_type[3][i]),
                }
                for i, kind in enumerate(types)
            },
        },
        "strictByType": strict_by_type(gold, predicted),
    }


def draw(alphabet, sentences, longest, noise):
    gold, predicted = [], []
    for _ in range(sentences):
        length = rng.randint(1, longest)
        tags = [rng.choice(alphabet) for _ in range(length)]
        guess = [rng.choice(alphabet) if rng.random() < noise else tag for tag in tags]
        gold.append(" ".join(tags))
        predicted.append(" ".join(guess))
    return gold, predicted


iob2 = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-creative-work", "I-creative-work"]
bioes = ["O", "B-PER", "I-PER", "E-PER", "S-PER", "B-LOC", "I-LOC", "E-LOC", "S-LOC"]
odd = ["O", "B", "I", "E", "S", "U", "B-PER", "I-PER", "L-PER", "U-PER", "NOUN", "X-", "B--", "I-A-", ".", "O-PER", "-PER", "\u00c9-PER", "B-\u540d", "\U0001f600-X"]

cases = [
    case("all right", ["B-PER I-PER O B-LOC"], ["B-PER I-PER O B-LOC"]),
    case("nothing predicted", ["B-PER I-PER O B-LOC"], ["O O O O"]),
    case("nothing there", ["O O O"], ["O B-LOC O"]),
    case("nothing on either side", ["O O", "O"], ["O O", "O"]),
    case("the type is wrong", ["B-PER I-PER O"], ["B-LOC I-LOC O"]),
    case("the end is wrong", ["B-PER I-PER I-PER"], ["B-PER I-PER O"]),
    case("split in two", ["B-PER I-PER I-PER"], ["B-PER B-PER I-PER"]),
    case("I after O begins a span by default only", ["B-PER I-PER O"], ["I-PER I-PER O"]),
    case("I of another type", ["B-PER I-PER I-LOC"], ["B-PER I-PER B-LOC"]),
    case("I at the start of the next sentence", ["B-PER", "B-PER I-PER"], ["B-PER", "I-PER I-PER"]),
    case("a span up to the end of a sentence", ["O B-PER", "B-PER O"], ["O B-PER", "I-PER O"]),
    case("IOB1", ["I-PER I-PER O I-LOC B-LOC"], ["I-PER I-PER O I-LOC I-LOC"]),
    case("BIOES", ["S-PER O B-LOC I-LOC E-LOC"], ["S-PER O B-LOC E-LOC O"]),
    case("BIOES broken", ["S-PER E-PER E-PER I-PER B-PER"], ["E-PER S-PER I-PER O E-PER"]),
    case("BILOU", ["U-PER U-PER O B-LOC I-LOC L-LOC"], ["U-PER O O B-LOC L-LOC L-LOC"]),
    case("types with dashes", ["B-creative-work I-creative-work"], ["B-creative-work I-work"]),
    case("a tag without a type", ["B I O B"], ["B O I I"]),
    case("IO only", ["I-PER I-PER I-LOC"], ["I-PER I-PER I-PER"]),
    case("O with a type", ["O-PER B-PER O"], ["O B-PER O-PER"]),
    case("random IOB2, invalid ones among them", *draw(iob2, 60, 12, 0.3)),
    case("random IOB2, long", *draw(iob2, 10, 200, 0.1)),
    case("random IOB2, all wrong", *draw(iob2, 30, 6, 1.0)),
    case("random BIOES", *draw(bioes, 60, 12, 0.3)),
    *[case(f"random odd tags {n}", *draw(odd, 20, 8, 0.4)) for n in range(8)],
]
file = Path(__file__).parent.parent / "fixtures" / "metrics" / "spans.json"
file.parent.mkdir(parents=True, exist_ok=True)
golden = {"versions": {"seqeval": version("seqeval")}, "cases": cases}
file.write_text(json.dumps(golden, indent=1) + "\n")
print(file)
