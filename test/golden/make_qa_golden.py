"""Loss, gradients and twenty steps of BertForQuestionAnswering, on a small random BERT.

    python3 test/golden/make_qa_golden.py test/fixtures/qa

Needs torch, transformers and safetensors (made with torch 1.12.1, transformers 4.40.2). Writes the
model (2 layers, 32 wide, 220 kB) and `golden.json`. fp32 on the CPU, dropout off. The logits are
those of transformers; the softmax is over [CLS] and the context only (Devlin et al. 2019, 4.2), so
the loss is computed here: the mean of the cross entropies of start and end.
"""

import json
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForQuestionAnswering, get_linear_schedule_with_warmup

STEPS, BATCH, PEAK, WARMUP, DECAY, CLIP = 20, 6, 5e-4, 0.1, 0.01, 1.0
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(95)]


def batch(step):
    """[CLS] question [SEP] context [SEP]; every third row has no answer."""
    generator = torch.Generator().manual_seed(300 + step)

    def draw(low, high):
        return int(torch.randint(low, high, (1,), generator=generator))

    rows = []
    for number in range(BATCH):
        question, context = draw(1, 6), draw(2, 9 + step % 4 * 5)
        length = question + context + 3
        ids = torch.randint(5, 100, (length,), generator=generator).tolist()
        ids[0], ids[question + 1], ids[-1] = 2, 3, 3
        first = question + 2
        start = draw(first, first + context)
        end = draw(start, first + context)
        if number % 3 == step % 3:
            start = end = 0
        rows.append({"ids": ids, "start": start, "end": end, "context": [first, first + context]})
    return rows


def tensors(rows):
    longest = -(-max(len(row["ids"]) for row in rows) // 16) * 16
    ids = torch.zeros(BATCH, longest, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    allowed = torch.zeros(BATCH, longest, dtype=torch.bool)
    for number, row in enumerate(rows):
        length, (first, beyond) = len(row["ids"]), row["context"]
        ids[number, :length] = torch.tensor(row["ids"])
        types[number, first:length] = 1
        mask[number, :length] = 1
        allowed[number, first:beyond] = True
        allowed[number, 0] = True
    start = torch.tensor([row["start"] for row in rows])
    end = torch.tensor([row["end"] for row in rows])
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}, allowed, start, end


def loss_of(model, rows):
    inputs, allowed, start, end = tensors(rows)
    output = model(**inputs)
    scores = [
        logits.masked_fill(~allowed, -torch.inf)
        for logits in (output.start_logits, output.end_logits)
    ]
    return (cross_entropy(scores[0], start) + cross_entropy(scores[1], end)) / 2


def main(folder):
    torch.manual_seed(11)
    torch.use_deterministic_algorithms(True)
    config = BertConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, initializer_range=0.2,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )
    model = BertForQuestionAnswering(config)
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
    steps, gradients = [], None
    for step in range(STEPS):
        rows = batch(step)
        rate = schedule.get_last_lr()[0]
        loss = loss_of(model, rows)
        optimizer.zero_grad()
        loss.backward()
        if gradients is None:
            gradients = {n: p.grad.flatten().tolist() for n, p in named}
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
        steps.append({"rows": rows, "learningRate": rate, "loss": loss.item()})
    # What shifts all tokens' logits alike has no gradient in exact arithmetic, nor has a key bias:
    # what Adam makes of rounding is noise.
    noise = ("attention.self.key.bias", "layer.1.output.LayerNorm.bias", "qa_outputs.bias")
    weights = {n: p.detach().flatten().tolist() for n, p in named if not n.endswith(noise)}
    golden = {
        "versions": {"torch": torch.__version__},
        "settings": {"peak": PEAK, "warmup": WARMUP, "weightDecay": DECAY, "maxGradientNorm": CLIP},
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
    main(target)
