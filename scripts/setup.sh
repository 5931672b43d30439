#!/usr/bin/env bash
# Sets up .venv from the pinned lock, and the system libraries that rendering needs. Does nothing that is done already.
# Usage: scripts/setup.sh [dev]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
lock=requirements.lock
[ "${1:-}" = dev ] && lock=requirements-dev.lock

say() { printf '%s\n' "setup: $*" >&2; }

# Installs Debian packages where that needs no question; otherwise says in one line what to install.
apt_install() {
    local as_root=()
    if ! command -v apt-get >/dev/null; then
        say "please install the equivalents of: $*"
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say "please run: sudo apt-get install $*"
            return 1
        fi
        as_root=(sudo -n)
    fi
    say "installing $*"
    "${as_root[@]}" apt-get install -y -q "$@" >/dev/null 2>&1 && return 0
    "${as_root[@]}" apt-get update -q >/dev/null 2>&1 || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@" >/dev/null || {
        say "apt-get could not install: $*"
        return 1
    }
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed; none was found (set PYTHON to its path)"
    exit 2
}

if [ ! -x $venv/bin/python ]; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        apt_install "$version" || exit 2
    fi
    say "making $venv with $("$python" --version)"
    "$python" -m venv $venv
fi

stamp=$venv/.installed-${lock%.lock}
digest=$(cat requirements.lock $lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$digest" ]; then
    say "installing the packages pinned in $lock"
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 -r $lock
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    printf '%s' "$digest" >"$stamp"
fi

if ! $venv/bin/python -c 'from tlf.render.system_check import check_pango; check_pango()' 2>/dev/null; then
    apt_install libpango-1.0-0 libpangoft2-1.0-0 || exit 2
fi

# Outside judges of the tests: pdftotext, pdffonts, qpdf. Without them those tests skip and say so.
if [ "${1:-}" = dev ] && ! { command -v pdftotext && command -v qpdf; } >/dev/null; then
    apt_install poppler-utils qpdf || say "the tests that read PDFs with pdftotext and qpdf will be skipped"
fi
