"""One fine-tune with PyTorch and transformers: the peer of `node test/bench/results.mjs`.

The task is the first argument, JSON (`Task` in test/bench/tasks.ts); the last line of stdout is
{"metrics": …, "testMetrics": …, "seconds": …}. Data are read here anew, and scores are scikit-learn's,
seqeval's and the SQuAD script's: nothing of Headway's takes part.

The recipe is Headway's: AdamW, decay 0.01 but on biases and LayerNorm, warm-up 10 %, linear decay to
zero, clip 1.0, each batch padded to its longest, bf16 autocast where the task says so. For
`node test/bench/sweeps.mjs` a task may have "padTo" (every batch is padded to it, as run_glue.py does),
and what is measured is the whole process; "epochSeconds" says what one more epoch costs. A qa task may
have "contextOnly": the loss is over [CLS] and the context alone, as Headway's, where transformers' is
over question and padding too (docs/results.md says what that changes).
"""

import collections
import csv
import json
import random
import re
import string
import sys
import time

import numpy
import torch
import transformers
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
)

PREDICTION_BATCH = 32
MOST_ANSWERS = 20
LONGEST_ANSWER = 30


def read_table(file, task):
    """Rows as GLUE has them: tabs, no quoting."""
    with open(file, encoding="utf-8-sig", newline="\n") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    columns = task["columns"]
    if isinstance(columns["label"], str):
        header = [name.strip() for name in rows.pop(0)]
        columns = {role: header.index(name) for role, name in columns.items()}
    width = max(columns.values())
    return [
        ([row[columns[role]] for role in ("text", "pair") if role in columns], row[columns["label"]].strip())
        for row in rows
        if len(row) > width
    ]


def read_words(file, task):
    """CoNLL columns, first and last, or CoNLL-U's form and UPOS."""
    universal = file.endswith(".conllu")
    sentences, words, tags = [], [], []
    with open(file, encoding="utf-8-sig") as lines:
        for line in [*lines, ""]:
            line = line.strip("\n\r")
            if not line.strip():
                if words:
                    sentences.append((words, tags))
                words, tags = [], []
            elif universal:
                fields = line.split("\t")
                if fields[0].isdigit():
                    words.append(fields[1])
                    tags.append(fields[3])
            elif not line.startswith("-DOCSTART-"):
                fields = line.split("\t") if "\t" in line else line.split()
                words.append(fields[0])
                tags.append(fields[-1].strip())
    return sentences


def read_questions(file, _):
    with open(file, encoding="utf-8") as text:
        data = json.load(text)["data"]
    return [
        (paragraph["context"], question)
        for article in data
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


class Texts:
    reader = staticmethod(read_table)

    def __init__(self, task, train):
        self.task = task
        self.regression = task.get("regression", False)
        self.labels = [] if self.regression else sorted({label for _, label in train})

    def model(self, name):
        return AutoModelForSequenceClassification.from_pretrained(
            name, num_labels=1 if self.regression else len(self.labels)
        )

    def encode(self, rows, tokenizer, _):
        encoded = []
        for texts, label in rows:
            example = tokenizer(*texts, truncation=True, max_length=self.task["maxLength"])
            target = float(label) if self.regression else self.labels.index(label)
            encoded.append({**example, "labels": target})
        return encoded

    def metrics(self, rows, _, logits):
        from scipy.stats import pearsonr, spearmanr
        from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

        if self.regression:
            gold = [float(label) for _, label in rows]
            scores = [row[0] for row in logits]
            return {"pearson": pearsonr(gold, scores)[0], "spearman": spearmanr(gold, scores)[0]}
        gold = [self.labels.index(label) for _, label in rows]
        guess = [int(numpy.argmax(row)) for row in logits]
        metrics = {"accuracy": accuracy_score(gold, guess), "mcc": matthews_corrcoef(gold, guess)}
        if len(self.labels) == 2:
            metrics["f1"] = f1_score(gold, guess)
        return metrics


class Words:
    reader = staticmethod(read_words)

    def __init__(self, task, train):
        self.task = task
        self.labels = sorted({tag for _, tags in train for tag in tags})

    def model(self, name):
        return AutoModelForTokenClassification.from_pretrained(name, num_labels=len(self.labels))

    def encode(self, rows, tokenizer, _):
        encoded = []
        for words, tags in rows:
            example = tokenizer(
                words, is_split_into_words=True, truncation=True, max_length=self.task["maxLength"]
            )
            targets, last = [], None
            for word in example.word_ids():
                first = word is not None and word != last
                known = first and tags[word] in self.labels
                targets.append(self.labels.index(tags[word]) if known else -100)
                last = word
            encoded.append({**example, "labels": targets, "words": example.word_ids()})
        return encoded

    def metrics(self, rows, encoded, logits):
        from seqeval.metrics import f1_score

        gold = [tags for _, tags in rows]
        guesses = []
        for (words, _), example, row in zip(rows, encoded, logits):
            guess, last = ["O" if "O" in self.labels else self.labels[0]] * len(words), None
            for at, word in enumerate(example["words"]):
                if word is not None and word != last:
                    guess[word] = self.labels[int(numpy.argmax(row[at]))]
                last = word
            guesses.append(guess)
        pairs = [(a, b) for x, y in zip(gold, guesses) for a, b in zip(x, y)]
        accuracy = sum(a == b for a, b in pairs) / len(pairs)
        if "O" not in self.labels:
            return {"tokenAccuracy": accuracy}
        return {"entityF1": f1_score(gold, guesses), "tokenAccuracy": accuracy}


class Questions:
    reader = staticmethod(read_questions)

    def __init__(self, task, _):
        self.task = task

    def model(self, name):
        return AutoModelForQuestionAnswering.from_pretrained(name)

    def encode(self, rows, tokenizer, training):
        encoded = []
        for at, (context, question) in enumerate(rows):
            windows = tokenizer(
                question["question"].strip(),
                context,
                truncation="only_second",
                max_length=self.task["maxLength"],
                stride=self.task["stride"],
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
            )
            for window in range(len(windows["input_ids"])):
                part = windows.sequence_ids(window)
                offsets = [
                    span if part[i] == 1 else None
                    for i, span in enumerate(windows["offset_mapping"][window])
                ]
                example = {
                    key: windows[key][window]
                    for key in ("input_ids", "token_type_ids", "attention_mask")
                }
                if self.task.get("contextOnly"):
                    example["allowed"] = [int(i == 0 or span is not None) for i, span in enumerate(offsets)]
                start, end = self.target(question, offsets) if training else (0, 0)
                encoded.append(
                    {**example, "start_positions": start, "end_positions": end, "row": at, "offsets": offsets}
                )
        return encoded

    def target(self, question, offsets):
        answer = question["answers"][0]
        first, last = answer["answer_start"], answer["answer_start"] + len(answer["text"])
        inside = [i for i, span in enumerate(offsets) if span and span[1] > first and span[0] < last]
        whole = inside and offsets[inside[0]][0] <= first and offsets[inside[-1]][1] >= last
        return (inside[0], inside[-1]) if whole else (0, 0)

    def metrics(self, rows, encoded, logits):
        best = collections.defaultdict(lambda: (-1e9, ""))
        for example, row in zip(encoded, logits):
            context = rows[example["row"]][0]
            offsets = example["offsets"]
            starts = numpy.argsort(row[:, 0])[::-1][:MOST_ANSWERS]
            ends = numpy.argsort(row[:, 1])[::-1][:MOST_ANSWERS]
            for start in starts:
                for end in ends:
                    if start >= len(offsets) or end >= len(offsets):
                        continue
                    if not offsets[start] or not offsets[end]:
                        continue
                    if end < start or end - start + 1 > LONGEST_ANSWER:
                        continue
                    score = row[start, 0] + row[end, 1]
                    text = context[offsets[start][0] : offsets[end][1]]
                    best[example["row"]] = max(best[example["row"]], (score, text))
        exact, f1 = [], []
        for at, (_, question) in enumerate(rows):
            guess = best[at][1]
            golds = [answer["text"] for answer in question["answers"]]
            exact.append(max(normal(guess) == normal(gold) for gold in golds))
            f1.append(max(word_f1(guess, gold) for gold in golds))
        return {"exactMatch": float(numpy.mean(exact)), "f1": float(numpy.mean(f1))}


def normal(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def word_f1(guess, gold):
    guess, gold = normal(guess).split(), normal(gold).split()
    same = sum((collections.Counter(guess) & collections.Counter(gold)).values())
    return 0.0 if same == 0 else 2 * same / (len(guess) + len(gold))


def pad(examples, task):
    length = task.get("padTo") or max(len(example["input_ids"]) for example in examples)
    batch = {}
    padding = {"input_ids": 0, "token_type_ids": 0, "attention_mask": 0, "labels": -100, "allowed": 0}
    for key, empty in padding.items():
        if key not in examples[0]:
            continue
        if not isinstance(examples[0][key], list):
            batch[key] = torch.tensor([example[key] for example in examples])
            continue
        rows = [example[key] + [empty] * (length - len(example[key])) for example in examples]
        batch[key] = torch.tensor(rows)
    for key in ("start_positions", "end_positions"):
        if key in examples[0]:
            batch[key] = torch.tensor([example[key] for example in examples])
    return batch


def loss_of(model, batch):
    allowed = batch.pop("allowed", None)
    output = model(**batch)
    if allowed is None:
        return output.loss
    logits = torch.stack([output.start_logits, output.end_logits]).float()
    logits = logits.masked_fill(allowed == 0, -1e9)
    entropy = torch.nn.functional.cross_entropy
    return (entropy(logits[0], batch["start_positions"]) + entropy(logits[1], batch["end_positions"])) / 2


def train(model, encoded, task):
    named = list(model.named_parameters())
    plain = ("bias", "LayerNorm.weight")
    groups = [
        {"params": [p for n, p in named if not n.endswith(plain)], "weight_decay": 0.01},
        {"params": [p for n, p in named if n.endswith(plain)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=task["learningRate"], fused=True)
    size = task["batchSize"]
    per_epoch = -(-len(encoded) // size)
    steps = per_epoch * task["epochs"]
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(0.1 * steps), steps)
    draw = random.Random(task["seed"])
    model.train()
    seconds = []
    for _ in range(task["epochs"]):
        began = time.time()
        order = list(range(len(encoded)))
        draw.shuffle(order)
        for start in range(0, len(order), size):
            batch = pad([encoded[index] for index in order[start : start + size]], task)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=task["bf16"]):
                loss = loss_of(model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        seconds.append(time.time() - began)
    return seconds


def predict(model, encoded, task):
    model.eval()
    order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]["input_ids"]))
    logits = [None] * len(encoded)
    for start in range(0, len(order), PREDICTION_BATCH):
        picked = order[start : start + PREDICTION_BATCH]
        batch = pad([encoded[index] for index in picked], task)
        for key in ("labels", "start_positions", "end_positions", "allowed"):
            batch.pop(key, None)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=task["bf16"]):
            output = model(**batch)
        if "logits" in output:
            rows = output.logits.float().numpy()
        else:
            rows = torch.stack([output.start_logits, output.end_logits], -1).float().numpy()
        for index, row in zip(picked, rows):
            logits[index] = row
    return logits


def main():
    task = json.loads(sys.argv[1])
    began = time.time()
    torch.manual_seed(task["seed"])
    kind = {"token": Words, "qa": Questions}.get(task["head"], Texts)
    rows = {part: kind.reader(task[part], task) for part in ("train", "dev", "test") if part in task}
    side = kind(task, rows["train"])
    tokenizer = AutoTokenizer.from_pretrained(task["model"])
    model = side.model(task["model"])
    result = {"epochSeconds": train(model, side.encode(rows["train"], tokenizer, True), task)}
    for part, key in (("dev", "metrics"), ("test", "testMetrics")):
        if part in rows:
            encoded = side.encode(rows[part], tokenizer, False)
            result[key] = side.metrics(rows[part], encoded, predict(model, encoded, task))
    result["seconds"] = time.time() - began
    print(json.dumps({key: value for key, value in result.items()}, default=float))


main()
