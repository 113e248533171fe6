"""Attention of transformers' BertForSequenceClassification, for the playground's drawing.

    python3 test/golden/make_attention_golden.py test/fixtures/training test/fixtures/trace

Needs torch and transformers (made with torch 2.15.0, transformers 5.23.0). Reads the small random model
of the first folder, writes `attention.json` into the second: ids, the softmaxes of each layer
[layer][head][to][from], and the logits.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import BertForSequenceClassification

IDS = [2, 17, 40, 5, 3, 61, 28, 17, 3]
TYPES = [0, 0, 0, 0, 0, 1, 1, 1, 1]


def rounded(value):
    return [rounded(item) for item in value] if isinstance(value, list) else round(value, 6)


def main(model_folder, folder):
    model = BertForSequenceClassification.from_pretrained(model_folder, attn_implementation="eager")
    model.eval()
    with torch.no_grad():
        output = model(
            input_ids=torch.tensor([IDS]),
            token_type_ids=torch.tensor([TYPES]),
            output_attentions=True,
        )
    golden = {
        "ids": IDS,
        "typeIds": TYPES,
        "attention": [rounded(layer[0].tolist()) for layer in output.attentions],
        "logits": rounded(output.logits[0].tolist()),
    }
    (folder / "attention.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    main(sys.argv[1], target)
