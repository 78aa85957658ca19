# Sourced by scripts/test --every-python: the quick units on each other Python from 3.11 that is on the PATH or kept by
# pyenv (the one that ./scripts/test uses passes everything there). Each has a virtual environment beside the usual one.
# What plays on a chain or a store for minutes, or reads texts alone, tells nothing of a Python: the usual one has it.
quick="tests/unit/wallet_cli tests/unit/pds_adapter tests/unit/scripts tests/unit/chaincode --ignore tests/unit/chaincode/contracts
    --ignore tests/unit/chaincode/test_pipeline.py --ignore tests/unit/chaincode/test_gas_table.py
    --ignore tests/unit/chaincode/test_storage_acts.py --ignore tests/unit/scripts/mutation --ignore tests/unit/pds_adapter/stores
    --ignore tests/unit/chaincode/test_invariants.py --ignore tests/unit/wallet_cli/test_japanese_screens.py
    --ignore tests/unit/scripts/test_pages_build.py
    tests/unit/bank_api/protocol tests/unit/bank_api/domain tests/unit/bank_api/anonymize tests/unit/bank_api/index"
for place in $quick; do [ "$place" = --ignore ] || [ -e "$place" ] || quick=${quick//"$place"/}; done
usual=$("$(find_python)" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
found=$(for candidate in python3 python3.1{1,2,3,4,5} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
    "$candidate" -c 'import sys; sys.version_info >= (3, 11) and print("%d.%d" % sys.version_info[:2], sys.executable)' \
        2>/dev/null || true
done | sort -V -u -k1,1)
# CI tries the ends of what is promised, the usual one and the newest: its time is short.
if [ "${AZUKARI_PYTHONS:-all}" = newest ]; then found=$(tail -n 1 <<<"$found"); fi
while read -r version python; do
    if [ "$version" = "$usual" ]; then continue; fi
    echo "Python $version" >&2
    export AZUKARI_HYPOTHESIS=${AZUKARI_HYPOTHESIS:-brief}  # rules are searched once; another Python words and sorts otherwise
    AZUKARI_VENV="$venv-$version" PYTHON="$python" bash -c 'set -euo pipefail; source scripts/environment.sh; install test
        exec python -m pytest -n "${AZUKARI_TEST_WORKERS:-2}" --dist loadscope -m "not node and not go" "$@"' units ${@:-$quick} </dev/null
done <<<"$found"
exit 0
