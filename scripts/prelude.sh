# What every script begins with: the repository's root, a voice, and --help. Sourced, never run.

script=$(realpath "$0")
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
script=${script#"$PWD"/}

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' red='' plain=''
fi

# One line of progress.
say() { printf '%s%s:%s %s\n' "$bold" "$script" "$plain" "$*" >&2; }

# One line on what is wrong, and the end: 1 found something, 2 could not be run.
fail() {
    printf '%s%s:%s %s\n' "$red" "$script" "$plain" "$*" >&2
    exit "${failed_as:-1}"
}
misuse() { failed_as=2 fail "$* (see $script --help)"; }

# The comment at the head of a script is its manual.
case "${1:-}" in
    -h | --help)
        awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$script"
        exit 0
        ;;
esac
