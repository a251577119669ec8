# Shared by the scripts here: messages, what a bare Debian machine may lack, and Node. Sourced, never run.

say() { printf '\033[1m→ %s\033[0m\n' "$*" >&2; }
stop() { printf '\nLeeward cannot go on: %s\n' "$*" >&2; exit 1; }

# Installs Debian packages where we may: as root, or with a sudo that asks for no password.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  say "Installing $* with apt"
  "${as_root[@]}" apt-get update -qq >/dev/null 2>&1 || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Puts a Node of version 20 or newer on the path, ours before the machine's; fails where there is none.
has_node() {
  if [ -x .tools/node/bin/node ]; then
    export PATH="$PWD/.tools/node/bin:$PATH"
  fi
  command -v node >/dev/null && command -v npm >/dev/null \
    && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)'
}
