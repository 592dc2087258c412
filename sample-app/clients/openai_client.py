"""Embeds texts, and has one written, with the official OpenAI client and checks what it gets.

    pip install openai
    python openai_client.py http://localhost:8080/v1
"""
import math
import sys

from openai import BadRequestError, NotFoundError, OpenAI

MODEL = "all-minilm-l6-v2"

client = OpenAI(base_url=sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080/v1", api_key="none")


def similarity(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def expect(condition, what):
    if not condition:
        sys.exit(f"not as it should be: {what}")


# The client asks for Base64 unless told otherwise.
texts = ["Where is the station?", "How do I get to the train?", "The soup needs salt."]
several = client.embeddings.create(model=MODEL, input=texts)
vectors = [item.embedding for item in several.data]
expect([item.index for item in several.data] == [0, 1, 2], "one vector for each text, in order")
expect(all(len(vector) == 384 for vector in vectors), "384 dimensions")
expect(all(math.isclose(similarity(vector, vector), 1, abs_tol=1e-5) for vector in vectors), "length 1")
expect(similarity(vectors[0], vectors[1]) > similarity(vectors[0], vectors[2]) + 0.3, "what is alike is near")
expect(several.model == MODEL, "the name of the model")
expect(several.usage.prompt_tokens == several.usage.total_tokens > 15, "tokens counted")

single = client.embeddings.create(model=MODEL, input=texts[0], encoding_format="float")
expect(math.isclose(similarity(single.data[0].embedding, vectors[0]), 1, abs_tol=1e-5), "numbers equal Base64")

chat = {"model": "writer", "temperature": 0, "messages": [{"role": "user", "content": "the busy server "}]}
written = client.chat.completions.create(**chat)
parts = list(client.chat.completions.create(**chat, stream=True))
expect(written.choices[0].message.content.endswith("."), "a sentence")
expect("".join(part.choices[0].delta.content or "" for part in parts) == written.choices[0].message.content, "parts")
expect([part.choices[0].finish_reason for part in parts if part.choices[0].finish_reason] == ["stop"], "one end")
try:
    client.chat.completions.create(model="gpt", messages=[])
    expect(False, "another model refused")
except NotFoundError as refused:
    expect("writer" in str(refused), f"{refused} says which model there is")

for arguments, error, words in [
    ({"model": MODEL, "input": [[101, 102]]}, BadRequestError, "tokens are not supported"),
    ({"model": MODEL, "input": "a", "dimensions": 64}, BadRequestError, "384"),
    ({"model": "text-embedding-3-small", "input": "a"}, NotFoundError, MODEL),
]:
    try:
        client.embeddings.create(**arguments)
        expect(False, f"{arguments} refused")
    except error as refused:
        expect(words in str(refused), f"{refused} says {words}")

print(f"All is well: {several.usage.total_tokens} tokens embedded")
