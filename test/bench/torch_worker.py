"""PyTorch's side of the comparison: reads requests from stdin, a JSON object a line, and answers each
with one. The case is the first argument, as in test/bench/protocol.ts.

The peer at its best: as many threads as cores, sdpa attention (transformers' choice), fused AdamW,
gradients set to None, tokenised data in memory, padding in plain torch; bf16 as autocast.
"""

import json
import math
import os
import random
import sys
import time

import torch
import transformers
from transformers import BertConfig, BertForSequenceClassification

SIZES = {"tiny": (2, 128, 2), "minilm": (6, 384, 12), "base": (12, 768, 12), "large": (24, 1024, 16)}


def load_model(source):
    if "folder" in source:
        return BertForSequenceClassification.from_pretrained(source["folder"], num_labels=2)
    layers, hidden, heads = SIZES[source["size"]]
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=30522,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=4 * hidden,
            num_labels=2,
        )
    )


def random_examples(batch_size, length, vocabulary, draw):
    """src/engine/bench/benchBatch.ts: one text of the full length, the others half of it or more."""
    shortest = math.ceil(length / 2)
    lengths = [length] + [draw.randint(shortest, length) for _ in range(batch_size - 1)]
    return [
        {"ids": [draw.randrange(vocabulary) for _ in range(n)], "target": draw.randrange(2)}
        for n in lengths
    ]


def make_batch(examples, length=None):
    """Pads to the longest, or to a given length."""
    length = length or max(len(example["ids"]) for example in examples)
    ids = torch.zeros(len(examples), length, dtype=torch.long)
    mask = torch.zeros(len(examples), length, dtype=torch.long)
    for row, example in enumerate(examples):
        n = len(example["ids"])
        ids[row, :n] = torch.tensor(example["ids"])
        mask[row, :n] = 1
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": torch.zeros_like(ids),
        "labels": torch.tensor([example["target"] for example in examples]),
    }


def epoch_batches(examples, case):
    """An epoch in random order; grouped: as `group_by_length` of transformers' Trainer does."""
    draw = random.Random(1)
    order = list(range(len(examples)))
    draw.shuffle(order)
    size = case["batchSize"]
    if case["padding"] == "grouped":
        pool = 50 * size
        pools = [order[i : i + pool] for i in range(0, len(order), pool)]
        order = [
            index
            for part in pools
            for index in sorted(part, key=lambda i: -len(examples[i]["ids"]))
        ]
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    draw.shuffle(batches)
    return batches


class Side:
    def __init__(self, case):
        self.case = case
        torch.set_num_threads(os.cpu_count())
        torch.manual_seed(1)
        self.model = load_model(case["source"])
        self.bf16 = case["precision"] == "bf16"
        self.steps = 0
        getattr(self, f"prepare_{case['kind']}")()

    def prepare_train(self):
        draw = random.Random(1)
        vocabulary = self.model.config.vocab_size
        shape = (self.case["batchSize"], self.case["length"])
        self.batches = [make_batch(random_examples(*shape, vocabulary, draw)) for _ in range(3)]
        self.prepare_optimizer(1000)

    def prepare_epoch(self):
        with open(self.case["examples"], encoding="utf-8") as file:
            self.examples = json.load(file)
        self.epoch = epoch_batches(self.examples, self.case)
        self.prepare_optimizer(3 * len(self.epoch))

    def prepare_predict(self):
        draw = random.Random(1)
        vocabulary = self.model.config.vocab_size
        self.batches = [
            make_batch(random_examples(self.case["batchSize"], length, vocabulary, draw))
            for length in self.case["lengths"]
        ]
        for batch in self.batches:
            del batch["labels"]
        self.model.eval()

    def prepare_optimizer(self, total_steps):
        self.model.train()
        named = list(self.model.named_parameters())
        plain = ("bias", "LayerNorm.weight")
        groups = [
            {"params": [p for n, p in named if not n.endswith(plain)], "weight_decay": 0.01},
            {"params": [p for n, p in named if n.endswith(plain)], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=5e-5, fused=True)
        self.schedule = transformers.get_linear_schedule_with_warmup(
            self.optimizer, total_steps // 10, total_steps
        )

    def train(self, batch):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            loss = self.model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()
        return loss.item()

    def predict(self, batch):
        with torch.inference_mode(), torch.autocast(
            "cpu", dtype=torch.bfloat16, enabled=self.bf16
        ):
            return self.model(**batch).logits.float().numpy()

    def do(self, count):
        """`count` pieces of the case's work, each timed: steps, or batches predicted."""
        times, examples, losses = [], 0, []
        cpu = time.process_time()
        for _ in range(count):
            started = time.perf_counter()
            result, size = getattr(self, f"do_{self.case['kind']}")(self.steps)
            times.append(1000 * (time.perf_counter() - started))
            self.steps += 1
            examples += size
            if isinstance(result, float):
                losses.append(result)
        cpu_ms = 1000 * (time.process_time() - cpu)
        return {"ms": times, "examples": examples, "losses": losses, "cpuMs": cpu_ms}

    def do_train(self, at):
        return self.train(self.batches[at % len(self.batches)]), self.case["batchSize"]

    def do_predict(self, at):
        return self.predict(self.batches[at % len(self.batches)]), self.case["batchSize"]

    def do_epoch(self, at):
        picked = [self.examples[index] for index in self.epoch[at % len(self.epoch)]]
        full = self.case["maxLength"] if self.case["padding"] == "maximum" else None
        return self.train(make_batch(picked, full)), len(picked)


def peak_memory_mb():
    """Highest resident memory, 10^6 bytes; ru_maxrss would count what the parent had at the fork."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            line = next(line for line in file if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    except (OSError, StopIteration):
        import resource

        scale = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def main():
    # What else is printed must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    side = Side(json.loads(sys.argv[1]))
    answer(
        {
            "parameters": sum(p.numel() for p in side.model.parameters()),
            "versions": {
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "python": sys.version.split()[0],
            },
            "notes": f"{side.model.config._attn_implementation} attention, {torch.get_num_threads()} threads",
        }
    )
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "work":
            answer(side.do(request["count"]))
        elif request["do"] == "memory":
            answer({"peakMemoryMB": peak_memory_mb()})


main()
