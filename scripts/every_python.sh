# Sourced by scripts/test --every-python: the quick units on each Python from 3.11 that is on the PATH or kept by pyenv.
# Each has a virtual environment of its own beside the usual one.
found=$(for candidate in python3 python3.1{1,2,3,4,5} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
    "$candidate" -c 'import sys; sys.version_info >= (3, 11) and print("%d.%d" % sys.version_info[:2], sys.executable)' \
        2>/dev/null || true
done | sort -V -u -k1,1)
while read -r version python; do
    echo "Python $version" >&2
    AZUKARI_VENV="$venv-$version" PYTHON="$python" bash -c 'set -euo pipefail; source scripts/environment.sh; install test
        exec python -m pytest -n "${AZUKARI_TEST_WORKERS:-2}" --dist loadscope "$@"' units \
        "${@:-tests/unit}" --ignore tests/unit/chaincode/contracts </dev/null
done <<<"$found"
exit 0
