#!/bin/sh
# Have Chromium for the browser tests where it can be had; the tests say so and skip where not.
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${HEARD_CHROMIUM:-}" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium-headless-shell ||
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium) \
        >/tmp/heard-chromium.log 2>&1 || echo "Chromium could not be installed; browser tests will skip." >&2
else
    echo "No Chromium here: browser tests will skip (install it, or set HEARD_CHROMIUM)." >&2
fi
exit 0
