# Sourced by scripts/run, test, lint and bench: makes the virtual environment once and again only when a lock changes.
# AZUKARI_VENV names another place for it.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
venv=${AZUKARI_VENV:-.venv}

# Where it is set, each of a run's several hundred processes reads all of the sources anew: seconds for a bank.
unset PYTHONDONTWRITEBYTECODE

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.11 python3.12 python3.13 python; do
        [ -n "$candidate" ] || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
    done
    echo "Azukari needs Python 3.11 or newer on the PATH (or name one: PYTHON=/path/to/python $0)." >&2
    return 1
}

install() {  # install NAME: everything that requirements/NAME.txt locks, by hash
    local lock=requirements/$1.txt stamp=$venv/.installed-$1
    if [ ! -x "$venv/bin/python" ]; then
        local python
        python=$(find_python) || exit 1
        echo "Setting up in $venv (about a minute, once) …" >&2
        "$python" -m venv "$venv" || exit 1
    fi
    if ! cmp -s "$lock" "$stamp"; then
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --only-binary :all: \
            --require-hashes -r "$lock" || exit 1
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . || exit 1
        cp "$lock" "$stamp"
    fi
    PATH="$(cd "$venv/bin" && pwd):$PATH"
    export PATH
}
