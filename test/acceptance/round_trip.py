"""round_trip.py FOLDER SAID: loads FOLDER with transformers and compares with Headway's logits."""

import importlib
import json
import os
import sys

import torch
from transformers import AutoTokenizer

TOLERANCE = 1e-4


def main(folder, said):
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        [architecture] = json.load(file)["architectures"]
    model_class = getattr(importlib.import_module("transformers"), architecture)
    model, info = model_class.from_pretrained(folder, output_loading_info=True)
    wrong = {key: sorted(value) for key, value in info.items() if value}
    if wrong:
        raise SystemExit(f"{architecture} does not load cleanly: {wrong}")
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with open(said, encoding="utf-8") as file:
        cases = json.load(file)
    worst = 0.0
    for case in cases:
        encoded = tokenizer(*case["text"], return_tensors="pt")
        if encoded["input_ids"][0].tolist() != case["ids"]:
            raise SystemExit(f"other word pieces for {case['text']}")
        if encoded["token_type_ids"][0].tolist() != case["typeIds"]:
            raise SystemExit(f"other segments for {case['text']}")
        with torch.inference_mode():
            output = model(**encoded)
        if architecture.endswith("QuestionAnswering"):
            theirs = torch.stack([output.start_logits, output.end_logits], dim=-1)
        else:
            theirs = output.logits
        ours = torch.tensor(case["logits"]).reshape(theirs.shape)
        worst = max(worst, (ours - theirs).abs().max().item())
    if not worst < TOLERANCE:
        raise SystemExit(f"{architecture}: logits differ by {worst:.1e}")
    print(f"{architecture}: {len(cases)} texts, logits differ by {worst:.1e} at most")


main(*sys.argv[1:])
