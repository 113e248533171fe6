"""Writes test/fixtures/metrics/golden.json: metrics as scikit-learn and SciPy give them.

python3 -m venv venv && venv/bin/pip install scikit-learn scipy && venv/bin/python make_metrics_golden.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)

warnings.filterwarnings("ignore")
random = np.random.default_rng(20181011)


def calibration_error(gold, probabilities, bins=15):
    """Guo et al. 2017, equation 3: bins open below and closed above."""
    confidence = probabilities.max(axis=1)
    hits = probabilities.argmax(axis=1) == gold
    edges = np.linspace(0, 1, bins + 1)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += inside.mean() * abs(hits[inside].mean() - confidence[inside].mean())
    return error


def classification(name, gold, predicted, labels, positive, probabilities=None):
    classes = list(range(len(labels)))
    binary = len(labels) == 2
    average = "binary" if binary else "macro"
    options = {"average": average, "zero_division": 0}
    if binary:
        options["pos_label"] = labels.index(positive)
    precision, recall, f1, support = precision_recall_fscore_support(
        gold, predicted, labels=classes, zero_division=0
    )
    metrics = {
        "accuracy": accuracy_score(gold, predicted),
        "precision": precision_score(gold, predicted, **options),
        "recall": recall_score(gold, predicted, **options),
        "macroF1": f1_score(gold, predicted, average="macro", zero_division=0),
        "microF1": f1_score(gold, predicted, average="micro", zero_division=0),
        "mcc": matthews_corrcoef(gold, predicted),
        "byLabel": {
            label: {
                "precision": precision[i],
                "recall": recall[i],
                "f1": f1[i],
                "support": int(support[i]),
            }
            for i, label in enumerate(labels)
        },
    }
    if binary:
        metrics["f1"] = f1_score(gold, predicted, **options)
    if probabilities is not None:
        metrics["ece"] = calibration_error(np.array(gold), probabilities)
    return {
        "name": name,
        "gold": [int(each) for each in gold],
        "predicted": [int(each) for each in predicted],
        "labels": labels,
        "positiveLabel": positive,
        "probabilities": None if probabilities is None else probabilities.tolist(),
        "metrics": metrics,
        "confusion": confusion_matrix(gold, predicted, labels=classes).tolist(),
    }


def with_probabilities(name, labels, positive, size, sharpness):
    logits = random.normal(size=(size, len(labels))) * sharpness
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # Rounded here, so that the file holds exactly what was computed with.
    probabilities = np.round(probabilities, 6)
    gold = [
        int(random.choice(len(labels), p=row / row.sum())) if random.random() < 0.7
        else int(random.integers(len(labels)))
        for row in probabilities
    ]
    return classification(
        name, gold, probabilities.argmax(axis=1), labels, positive, probabilities
    )


def regression(name, gold, predicted):
    gold, predicted = np.array(gold, float), np.array(predicted, float)
    pearson, spearman = pearsonr(gold, predicted)[0], spearmanr(gold, predicted)[0]
    clean = lambda value: None if np.isnan(value) else float(value)
    return {
        "name": name,
        "gold": gold.tolist(),
        "predicted": predicted.tolist(),
        "metrics": {
            "loss": float(np.mean((gold - predicted) ** 2)),
            "pearson": clean(pearson),
            "spearman": clean(spearman),
        },
    }


two, three = ["0", "1"], ["contradiction", "entailment", "neutral"]
golden = {
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
    "classification": [
        classification("one class predicted only", [0, 1, 1, 0, 1], [1] * 5, two, "1"),
        classification("the other class predicted only", [0, 1, 1, 0, 1], [0] * 5, two, "1"),
        classification("one class in gold", [1, 1, 1], [1, 0, 1], two, "1"),
        classification("all right", [0, 1, 0, 1], [0, 1, 0, 1], two, "1"),
        classification("all wrong", [0, 1, 0, 1], [1, 0, 1, 0], two, "1"),
        classification("a single example, right", [1], [1], two, "1"),
        classification("a single example, wrong", [1], [0], two, "1"),
        classification("the first label is positive", [0, 1, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1], two, "0"),
        classification("a class that is nowhere", [0, 1, 0, 1], [0, 1, 1, 1], three, "neutral"),
        classification("a class only predicted", [0, 1, 0, 1], [0, 1, 2, 2], three, "neutral"),
        with_probabilities("two classes", two, "1", 200, 1.5),
        with_probabilities("three classes", three, "neutral", 300, 2.0),
        with_probabilities("nine classes", [f"c{i}" for i in range(9)], "c8", 150, 0.7),
    ],
    "regression": [
        regression("random", random.normal(size=50), random.normal(size=50)),
        regression("ties on both sides", [1, 1, 2, 2, 2, 3, 5, 5], [0, 1, 1, 1, 4, 4, 4, 2]),
        regression("scores of half steps", random.integers(0, 11, 200) / 2, random.normal(2.5, 1, 200)),
        regression("monotone, not linear", [1, 2, 3, 4, 5], [1, 8, 27, 64, 125]),
        regression("opposite", [1, 2, 3], [3, 2, 1]),
        regression("gold is constant", [2, 2, 2, 2], [1, 2, 3, 4]),
        regression("predictions are constant", [1, 2, 3, 4], [0.3, 0.3, 0.3, 0.3]),
        regression("two examples", [0.1, 4.9], [2, 2.5]),
        regression("large offset", [1e6 + 1, 1e6 + 2, 1e6 + 4], [3, 1, 9]),
    ],
}
file = Path(__file__).parent.parent / "fixtures" / "metrics" / "golden.json"
file.parent.mkdir(parents=True, exist_ok=True)
file.write_text(json.dumps(golden, indent=1, default=float) + "\n")
print(file)
