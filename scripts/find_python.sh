#!/bin/sh
# Print a Python that Heard runs on (3.11 to 3.13), or say what is needed.
for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        echo "$name"
        exit 0
    fi
done
echo "Heard needs Python 3.11, 3.12 or 3.13; none was found (set PYTHON=/path/to/it)." >&2
exit 1
