"""Loss, gradients and twenty steps of BertForTokenClassification, on a small random BERT.

    python3 test/golden/make_token_golden.py test/fixtures/token

Needs torch, transformers and safetensors (made with torch 1.12.1, transformers 4.40.2). Writes the
model (2 layers, 32 wide, 220 kB) and `golden.json`. fp32 on the CPU, dropout off. Tokens that are no
word's first piece have the label -100, which the loss leaves out: it is a mean over the others.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertForTokenClassification, get_linear_schedule_with_warmup

STEPS, BATCH, LABELS, PEAK, WARMUP, DECAY, CLIP = 20, 6, 5, 5e-4, 0.1, 0.01, 1.0
TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(95)]


def batch(step):
    """[CLS] pieces [SEP]; about a third of the pieces go on with a word and have no label."""
    generator = torch.Generator().manual_seed(500 + step)

    def draw(low, high, count=1):
        return torch.randint(low, high, (count,), generator=generator).tolist()

    rows = []
    for _ in range(BATCH):
        (pieces,) = draw(1, 12 + step % 4 * 5)
        labels = [
            -100 if at > 0 and third == 0 else label
            for at, (third, label) in enumerate(zip(draw(0, 3, pieces), draw(0, LABELS, pieces)))
        ]
        rows.append({"ids": [2, *draw(5, 100, pieces), 3], "labels": [-100, *labels, -100]})
    return rows


def tensors(rows):
    longest = -(-max(len(row["ids"]) for row in rows) // 16) * 16
    ids = torch.zeros(BATCH, longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, -100)
    for number, row in enumerate(rows):
        length = len(row["ids"])
        ids[number, :length] = torch.tensor(row["ids"])
        labels[number, :length] = torch.tensor(row["labels"])
        mask[number, :length] = 1
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def main(folder):
    torch.manual_seed(13)
    torch.use_deterministic_algorithms(True)
    config = BertConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, initializer_range=0.2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(TAGS)), label2id={tag: at for at, tag in enumerate(TAGS)},
    )
    model = BertForTokenClassification(config)
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
    schedule = get_linear_schedule_with_warmup(optimizer, -int(-STEPS * WARMUP // 1), STEPS)
    steps, gradients, logits = [], None, None
    for step in range(STEPS):
        rows = batch(step)
        rate = schedule.get_last_lr()[0]
        output = model(**tensors(rows))
        optimizer.zero_grad()
        output.loss.backward()
        if gradients is None:
            gradients = {n: p.grad.flatten().tolist() for n, p in named}
            logits = [output.logits[at, : len(row["ids"])].tolist() for at, row in enumerate(rows)]
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
        steps.append({"rows": rows, "learningRate": rate, "loss": output.loss.item()})
    # Key biases have no gradient in exact arithmetic: what Adam makes of rounding is noise.
    weights = {n: p.detach().flatten().tolist() for n, p in named if "attention.self.key.bias" not in n}
    golden = {
        "versions": {"torch": torch.__version__},
        "settings": {"peak": PEAK, "warmup": WARMUP, "weightDecay": DECAY, "maxGradientNorm": CLIP},
        "steps": steps,
        "logits": logits,
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
    main(target)
