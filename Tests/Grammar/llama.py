"""Lets llama.cpp write programs under the exported GBNF with a tiny random model; the parser has to take each of them.

    python3 Tests/Grammar/llama.py [--binary PATH] [--texts N] [--tokens N] [--seed N]

Needs llama-cpp-python and gguf from PyPI. The model knows bytes and words of the language, and its weights are random, so
that the grammar alone decides what is a program. Texts that were cut off before the grammar let them end are counted, and
not judged. Ends with exit code 1 if a program is refused, or if fewer than half of the texts came to their end.
"""

import argparse
import collections
import ctypes
import os
import random
import subprocess
import sys
import tempfile

from engines import ROOT, parses, uncountable

WORDS = ["if ", "else ", "for ", " in ", "while ", "await ", "finish ", "print ", "true", "null", " and ", " == ", "[", "{", "é", "漢", "😀"]
# The tokens of the model: three with a meaning of their own, all bytes, the words.
FIRST_BYTE = 3
BYTES = [b""] * FIRST_BYTE + [bytes([byte]) for byte in range(256)] + [word.encode() for word in WORDS]
# What ends names, strings and brackets; without a push a random model hardly finds them.
ENDS = ' \n")]}=(?:,'


def write_model(path, pick):
    """A model of the architecture llama with one layer."""
    import gguf
    import numpy

    width, inner = 32, 64
    tokens = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % byte for byte in range(256)] + [word.encode() for word in WORDS]
    types = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    types += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * len(WORDS)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(2048)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // 2)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    numbers = numpy.random.default_rng(pick.randrange(2**31))
    shapes = {
        "token_embd": (len(tokens), width), "output": (len(tokens), width), "blk.0.attn_q": (width, width),
        "blk.0.attn_k": (width, width), "blk.0.attn_v": (width, width), "blk.0.attn_output": (width, width),
        "blk.0.ffn_gate": (inner, width), "blk.0.ffn_up": (inner, width), "blk.0.ffn_down": (width, inner),
    }
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", numbers.normal(0, 0.2, shape).astype(numpy.float32))
    for name in ["output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"]:
        writer.add_tensor(f"{name}.weight", numpy.ones(width, numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Writer:
    """Samples texts token by token, with the grammar of llama.cpp between the model and the choice."""

    def __init__(self, model, rules, pick):
        import llama_cpp
        import numpy

        self.api, self.numpy, self.model = llama_cpp, numpy, model
        self.pick = numpy.random.default_rng(pick.randrange(2**31))
        vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self.grammar = llama_cpp.llama_sampler_init_grammar(vocabulary, rules.encode(), b"root")
        if not self.grammar:
            sys.exit("llama.cpp refuses the grammar")
        kind = numpy.dtype([("id", numpy.int32), ("logit", numpy.float32), ("p", numpy.float32)], align=True)
        self.candidates = numpy.empty(model.n_vocab(), kind)
        first = self.candidates.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        self.array = llama_cpp.llama_token_data_array(data=first, size=len(self.candidates), selected=-1, sorted=False)

    def write(self, most):
        """A text to whose end the grammar came within so many tokens; none if it did not."""
        api, end = self.api, self.model.token_eos()
        self.model.reset()
        api.llama_sampler_reset(self.grammar)
        push, wanted = self.pick.uniform(1, 4), self.pick.integers(most // 4)
        written, token = [], self.model.token_bos()
        for count in range(most):
            self.model.eval([token])
            logits = self.numpy.array(api.llama_get_logits(self.model.ctx)[: len(self.candidates)])
            logits[[FIRST_BYTE + ord(letter) for letter in ENDS]] += push
            # llama.cpp takes bytes that are no UTF-8; letters beyond ASCII are whole tokens.
            logits[FIRST_BYTE + 0x80 : FIRST_BYTE + 0x100] = -self.numpy.inf
            # Hardly an end at first, so that programs get some length; then as soon as there may be one.
            logits[end] += 20 if count > wanted else -3
            self.candidates["id"] = self.numpy.arange(len(logits))
            self.candidates["logit"] = logits
            self.array.size, self.array.sorted = len(logits), False
            api.llama_sampler_apply(self.grammar, ctypes.byref(self.array))
            allowed = self.candidates["logit"]
            weights = self.numpy.exp(allowed - allowed.max())
            token = int(self.candidates["id"][self.pick.choice(len(weights), p=weights / weights.sum())])
            if token == end:
                return b"".join(written).decode()
            api.llama_sampler_accept(self.grammar, token)
            written.append(BYTES[token])
        return None


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", default=os.path.join(ROOT, ".build/release/lashlang"))
    options.add_argument("--texts", type=int, default=1_000)
    options.add_argument("--tokens", type=int, default=300, help="the most of one text")
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    try:
        import gguf  # noqa: F401
        import llama_cpp
    except ImportError as error:
        print(f"skipped: {error.name} is not installed")
        return
    rules = subprocess.run([arguments.binary, "grammar", "gbnf"], capture_output=True, text=True, check=True).stdout
    pick = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tiny.gguf")
        write_model(path, pick)
        model = llama_cpp.Llama(path, n_ctx=1024, n_threads=1, verbose=False)
    writer = Writer(model, rules, pick)
    texts, cut = [], 0
    for _ in range(arguments.texts):
        text = writer.write(arguments.tokens)
        if text is None:
            cut += 1
        else:
            texts.append(text)
    refused = [text for text, parser in zip(texts, parses(arguments.binary, texts)) if not parser]
    reasons = {text: uncountable(arguments.binary, text) for text in refused}
    wrong = [text for text, reason in reasons.items() if reason is None]
    length = sum(map(len, texts)) // max(1, len(texts))
    print(
        f"llama.cpp {llama_cpp.__version__}: {len(texts)} programs of {length} characters on average, {cut} cut off; "
        f"{len(texts) - len(refused)} parse; unexplained {len(wrong)}"
    )
    for reason, count in collections.Counter(reasons.values()).most_common():
        print(f"    {count:5} {reason}")
    for text in wrong[:5]:
        print(f"  refused: {text!r}")
    sys.exit(1 if wrong or 2 * len(texts) < arguments.texts else 0)


if __name__ == "__main__":
    main()
