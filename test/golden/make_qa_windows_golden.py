"""Windows and answer tokens as in transformers' run_qa, from Hugging Face's fast tokenizer.

    python3 test/golden/make_qa_windows_golden.py

Needs transformers (made with 4.57.6, tokenizers 0.22.2). Writes test/fixtures/qa/windows.json: for
each case the indices in test/fixtures/tokenizer/texts.json of the question and of the texts that the
context is joined of, the answer as UTF-16 offsets in the context, and for each window its ids, the
offsets of its context's tokens, and the answer's first and last token (0 and 0: [CLS]).
"""

import json
import random
from pathlib import Path

from transformers import BertTokenizerFast

FIXTURES = Path(__file__).parents[1] / "fixtures"
SETTINGS = [(32, 8), (48, 20), (64, 1), (384, 128)]


def utf16(text):
    at = [0]
    for char in text:
        at.append(at[-1] + (2 if ord(char) > 0xFFFF else 1))
    return at


def windows(tokenizer, question, context, answer, length, stride):
    encoded = tokenizer(
        question, context, truncation="only_second", max_length=length, stride=stride,
        return_overflowing_tokens=True, return_offsets_mapping=True,
    )
    units = utf16(context)
    start_char, end_char = answer
    for number, ids in enumerate(encoded["input_ids"]):
        sequence = encoded.sequence_ids(number)
        offsets = encoded["offset_mapping"][number]
        # From here on as in run_qa.py, prepare_train_features.
        first = sequence.index(1)
        last = len(ids) - 1 - sequence[::-1].index(1)
        context_offsets = [units[o] for span in offsets[first : last + 1] for o in span]
        start = end = 0
        if offsets[first][0] <= start_char and offsets[last][1] >= end_char:
            at = first
            while at < len(offsets) and offsets[at][0] <= start_char and sequence[at] == 1:
                at += 1
            start = at - 1
            at = last
            while offsets[at][1] >= end_char and sequence[at] == 1:
                at -= 1
            end = at + 1
        yield {"ids": ids, "offsets": context_offsets, "start": start, "end": end}


def main():
    texts = json.loads((FIXTURES / "tokenizer/texts.json").read_text(encoding="utf-8"))
    vocabulary = FIXTURES / "tokenizer/cased-vocab.txt"
    tokenizer = BertTokenizerFast(vocab_file=str(vocabulary), do_lower_case=False)
    draw = random.Random(20)
    cases = []
    while len(cases) < 60:
        length, stride = SETTINGS[len(cases) % len(SETTINGS)]
        question = draw.randrange(len(texts))
        parts = [draw.randrange(len(texts)) for _ in range(draw.choice([1, 3, 12]))]
        context = " ".join(texts[part] for part in parts)
        pieces = tokenizer(context, return_offsets_mapping=True, verbose=False)
        tokens = pieces["offset_mapping"][1:-1]
        size = len(tokenizer(texts[question])["input_ids"]) - 2
        if not tokens or size > min(64, (length - 3) // 2) or len(tokens) > 900:
            continue
        # Stride at most two thirds of what is left for the context.
        if stride > (length - 3 - size) * 2 // 3:
            continue
        # An answer of whole tokens; tokens of a same character (decomposed ones) are left out.
        a = draw.randrange(len(tokens))
        b = min(len(tokens) - 1, a + draw.randrange(6))
        answer = (tokens[a][0], tokens[b][1])
        if any(x[0] < y[1] and y[0] < x[1] for x, y in zip(tokens, tokens[1:])):
            continue
        units = utf16(context)
        cases.append({
            "question": question, "context": parts, "maxLength": length, "stride": stride,
            "answer": [units[answer[0]], units[answer[1]]],
            "windows": list(windows(tokenizer, texts[question], context, answer, length, stride)),
        })
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (FIXTURES / "qa/windows.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(len(cases), "cases", sum(len(case["windows"]) for case in cases), "windows")


if __name__ == "__main__":
    main()
