"""Loss, gradients and twenty steps of AdamW from torch and transformers, on a small random BERT.

    python3 test/golden/make_training_golden.py test/fixtures/training
    python3 test/golden/make_training_golden.py test/fixtures/regression --regression

Needs torch, transformers and safetensors (made with torch 1.12.1, transformers 4.40.2; regression with
torch 2.15.0, transformers 5.23.0). Regression has scores for labels and the mean squared error. Writes the
model (2 layers, 32 wide, 220 kB) and `golden.json`. fp32 on the CPU, dropout off.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, get_linear_schedule_with_warmup

STEPS, BATCH, PEAK, WARMUP, DECAY, CLIP = 20, 6, 5e-4, 0.1, 0.01, 1.0
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(95)]


def batch(step, regression):
    """Lengths differ within and between batches, so that padding is seen."""
    generator = torch.Generator().manual_seed(100 + step)
    lengths = torch.randint(3, 15 + step % 4 * 5, (BATCH,), generator=generator)
    longest = int((lengths.max() + 15) // 16 * 16)
    ids = torch.zeros(BATCH, longest, dtype=torch.long)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(5, 100, (int(length),), generator=generator)
        ids[row, 0], ids[row, length - 1] = 2, 3
        types[row, length // 2 : length] = 1
        mask[row, :length] = 1
    if regression:
        labels = torch.rand(BATCH, generator=generator) * 5
    else:
        labels = torch.randint(0, 3, (BATCH,), generator=generator)
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask, "labels": labels}


def main(folder, regression):
    torch.manual_seed(7)
    torch.use_deterministic_algorithms(True)
    config = BertConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, num_labels=1 if regression else 3, initializer_range=0.2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )
    model = BertForSequenceClassification(config)
    for name, parameter in model.named_parameters():
        if "LayerNorm" in name or name.endswith("bias"):
            parameter.data.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in VOCABULARY))
    model.train()

    def no_decay(name):
        return name.endswith("bias") or "LayerNorm" in name

    named = list(model.named_parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for n, p in named if not no_decay(n)], "weight_decay": DECAY},
            {"params": [p for n, p in named if no_decay(n)], "weight_decay": 0.0},
        ],
        lr=PEAK, eps=1e-8,
    )
    warmup = -int(-STEPS * WARMUP // 1)
    schedule = get_linear_schedule_with_warmup(optimizer, warmup, STEPS)
    steps, gradients = [], None
    for step in range(STEPS):
        inputs = batch(step, regression)
        rate = schedule.get_last_lr()[0]
        loss = model(**inputs).loss
        optimizer.zero_grad()
        loss.backward()
        if gradients is None:
            gradients = {n: p.grad.flatten().tolist() for n, p in named}
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
        steps.append({
            "ids": inputs["input_ids"].tolist(),
            "typeIds": inputs["token_type_ids"].tolist(),
            "lengths": inputs["attention_mask"].sum(1).tolist(),
            "labels": inputs["labels"].tolist(),
            "learningRate": rate,
            "loss": loss.item(),
        })
    # Key biases have no gradient in exact arithmetic: what Adam makes of rounding is noise.
    weights = {n: p.detach().flatten().tolist() for n, p in named if "attention.self.key.bias" not in n}
    settings = {"peak": PEAK, "warmup": WARMUP, "weightDecay": DECAY, "maxGradientNorm": CLIP}
    golden = {
        "versions": {"torch": torch.__version__},
        "settings": settings,
        "steps": steps,
        "gradients": gradients,
        "norms": {n: float(torch.tensor(v).norm()) for n, v in weights.items()},
        "samples": {n: v[:: max(1, len(v) // 16)] for n, v in weights.items()},
    }

    def rounded(value):
        if isinstance(value, float):
            return float(f"{value:.9g}")
        if isinstance(value, list):
            return [rounded(item) for item in value]
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        return value

    (folder / "golden.json").write_text(json.dumps(rounded(golden), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target, "--regression" in sys.argv)
