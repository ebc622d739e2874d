# Sourced by the commands beside it: set $python to a Python of at least 3.11, or say what is missing.
# a dozen processes start for one product: compiled modules halve the time each takes
unset PYTHONDONTWRITEBYTECODE
python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed (found: $("${PYTHON:-python3}" -V 2>&1 | tail -n 1)); install it, or name one: PYTHON=/path/to/python $0" >&2
    exit 2
fi
