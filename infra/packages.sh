# Brings programs from the system's packages. Sourced by `up` and `test`; POSIX sh.

# say TEXT…: to the terminal, apart from what programs print.
say() {
    printf '%s\n' "$*" >&2
}

# as_root COMMAND…: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        say "This needs your password once: $*"
        sudo "$@"
    else
        return 1
    fi
}

# bring WHAT DEBIAN FEDORA HOMEBREW: installs the packages that this system's own tool names so.
bring() {
    say "Installing $1, which is missing…"
    if command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        as_root apt-get update -qq &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2 >&2 &&
            return
        say "Type: sudo apt-get install $2"
    elif command -v dnf >/dev/null; then
        # shellcheck disable=SC2086
        as_root dnf install -y -q $3 >&2 && return
        say "Type: sudo dnf install $3"
    elif command -v brew >/dev/null; then
        # shellcheck disable=SC2086
        brew install --quiet $4 >&2 && return
        say "Type: brew install $4"
    else
        say "Install it with this system's own packages ($2 on Debian), then start again."
    fi
    exit 1
}

# has PROGRAM [DIRECTORY…]: whether it can be run from PATH or from one of the directories.
has() {
    program=$1
    shift
    command -v "$program" >/dev/null && return
    for directory in "$@"; do
        [ -x "$directory/$program" ] && return
    done
    return 1
}

bring_rust() {
    has cargo "$HOME/.cargo/bin" || {
        say "Rust is missing. Install it from https://rustup.rs, then start again."
        exit 1
    }
    PATH="$PATH:$HOME/.cargo/bin"
    has cc || bring "a C compiler" build-essential gcc gcc
}

bring_postgresql() {
    has initdb "${PG_BIN:-/nowhere}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin ||
        bring PostgreSQL postgresql postgresql-server postgresql@17
}

bring_browser() {
    has chromium || has google-chrome || has "Google Chrome" "/Applications/Google Chrome.app/Contents/MacOS" ||
        bring Chromium chromium chromium "--cask google-chrome"
    has npm || bring Node.js "nodejs npm" nodejs node
}
