#!/usr/bin/env bash
# A file of sales has few different words, and most of its letters are ASCII. charset-normalizer takes such files in
# Windows-1252 (French), Windows-1250 (Polish) and Windows-1254 (Turkish) for another encoding, and says so without a
# sign of doubt: a program would take over wrong names. chardet reads
# the three files right, with a confidence near zero. Needs Python and PyPI. Fails when this behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check charset-normalizer==3.5.2 chardet==7.7.0
"$folder/venv/bin/python" - <<'PYTHON'
import chardet
import charset_normalizer

FILES = {
    "French": ("cp1252", "Date;Désignation;Quantité", ("Crème brûlée", "Bœuf")),
    "Polish": ("cp1250", "Data;Nazwa;Ilość", ("Żurek", "Pączek", "Łosoś")),
    "Turkish": ("cp1254", "Tarih;Ürün;Adet", ("Köfte", "Mercimek çorbası", "İskender", "Şiş")),
}
print("charset-normalizer", charset_normalizer.__version__, "- chardet", chardet.__version__)
results = []
for language, (encoding, header, dishes) in FILES.items():
    rows = "".join(f"{day:02}.09.2026;{dish};12\n" for day in range(1, 29) for dish in dishes)
    raw = f"{header}\n{rows}".encode(encoding)
    guesses = {
        "charset-normalizer": charset_normalizer.from_bytes(raw).best().encoding,
        "chardet": chardet.detect(raw)["encoding"],
    }
    for name, guess in guesses.items():
        text = raw.decode(guess, errors="replace")
        is_right = text == raw.decode(encoding)
        results.append((name, is_right))
        print(f"{language} in {encoding}: {name} says {guess}: {'right' if is_right else text.splitlines()[1]!r}")
expected = [("charset-normalizer", False), ("chardet", True)] * len(FILES)
raise SystemExit(0 if results == expected else "the behaviour has changed")
PYTHON
