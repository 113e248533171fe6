"""Writes test/fixtures/embed/golden.json: the starter model's last hidden states by Transformers.

PyTorch's newer wheels on PyPI do not start without CUDA's libraries; 1.12.1 (Python 3.10) does.

    python3.10 -m venv torch-venv
    torch-venv/bin/pip install --no-deps 'torch==1.12.1'
    torch-venv/bin/pip install 'transformers==4.40.2' 'numpy<2' typing_extensions
    torch-venv/bin/python test/golden/make_embed_golden.py

`hidden` has, for each token, every 16th of the 384 dimensions (0, 16, … 368), and `norms` the L2
norm of all of them; both are rounded to 7 significant digits. Computed in float32 on the CPU, one
text at a time, without padding. A case with `pair` is `[CLS] text [SEP] pair [SEP]`.
"""

import json
import os
from pathlib import Path

import torch
import transformers
from transformers import BertModel, BertTokenizerFast

OUT = Path(__file__).parents[1] / "fixtures/embed/golden.json"
CACHE = Path(os.environ.get("HEADWAY_CACHE") or Path.home() / ".cache/headway")
STARTER = CACHE / "models/sentence-transformers--all-MiniLM-L6-v2"
STRIDE = 16

TEXTS = [
    "",
    "Hello",
    "The train from Leeds was four minutes late.",
    "the train from leeds was four minutes late",
    "Refund still not here after three weeks, and nobody answers the phone!",
    "Absolutely loved it; my kids watched it twice.",
    "I ❤️ NY 😀👍🏿 🇬🇧",
    "Dvořák's café: naïve façade, Ångström & Łódź",
    "e\u0301te\u0301 = \u00e9t\u00e9",
    "我爱北京天安门。",
    "私は東京タワーが好きです",
    "한국어 위키백과",
    "Привет, как дела? Всё хорошо!",
    "שלום עולם — مرحبا بالعالم",
    "The capital of France is [MASK].",
    "const x = (a, b) => a ?? b; // https://example.org/?q=1",
    "1,000,000.50 + 3.14159 = ? (2024-02-29T23:59:59Z)",
    "!!! ??? ... --- ***",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "a",
    "The committee met on Thursday to consider the annual report. Its chair, Mrs. Hargreaves, asked "
    "why the third-quarter figures (see table 4) fell short by 12.5%; no one answered. A clerk from "
    "the finance office then read out a letter from the auditors, who had found two invoices paid "
    "twice, a van that had been sold but was still insured, and eleven parking permits for staff who "
    "had left years ago. The meeting went on until the caretaker turned the lights off.",
    "word " * 110,
]
PAIRS = [
    ("How do I reset my password?", "Click the link on the sign-in page to choose a new one."),
    ("A man is playing a guitar.", "Nobody is making music."),
]


def rounded(values):
    return [float(f"{value:.7g}") for value in values]


def main():
    tokenizer = BertTokenizerFast(vocab_file=str(STARTER / "vocab.txt"), do_lower_case=True)
    model = BertModel.from_pretrained(STARTER).eval()
    assert model.dtype == torch.float32
    rows = []
    for text, pair in [*((text, None) for text in TEXTS), *PAIRS]:
        inputs = tokenizer(text, pair, return_tensors="pt")
        with torch.no_grad():
            hidden = model(**inputs).last_hidden_state[0]
        rows.append(
            {
                "text": text,
                **({"pair": pair} if pair else {}),
                "ids": inputs["input_ids"][0].tolist(),
                "typeIds": inputs["token_type_ids"][0].tolist(),
                "hidden": [rounded(token) for token in hidden[:, ::STRIDE].tolist()],
                "norms": rounded(hidden.double().norm(dim=1).tolist()),
            }
        )
    head = {
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "hiddenSize": model.config.hidden_size,
        "stride": STRIDE,
    }
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    OUT.write_text(f"{json.dumps(head)[:-1]},\n\"cases\":[\n{lines}\n]}}\n", encoding="utf-8")
    print(len(rows), "texts,", sum(len(row["ids"]) for row in rows), "tokens")


if __name__ == "__main__":
    main()
