#!/usr/bin/env bash
# Install a real VS Code (code-server, served to a browser) into a cache folder
# and print the path of its launcher.
#
#   vscode-host.sh [CACHE_DIR]      default: ${XDG_CACHE_HOME:-$HOME/.cache}/omnigraph/vscode-host
#
# Only the npm registry is used. Everything
# but the last line of output goes to stderr; the last line, on stdout, is
#   CACHE_DIR/bin/code-server
# A second run finds the stamp of the first and returns at once. To install anew,
# delete CACHE_DIR.
#
# Environment:
#   VSCODE_HOST_VERSION   code-server version            (default 4.96.4 = VS Code 1.96.4)
#   VSCODE_HOST_NICE      niceness of the npm/compile steps (default 5)
#
# Why not plain `npm install code-server`: its postinstall fails without the open
# internet. Three of the things it needs are not on a registry, and one is not needed:
#   1. lib/vscode's shrinkwrap takes @vscode/proxy-agent from a git URL. The same
#      version is on npm: drop `resolved` and `integrity` of every entry
#      that is not a registry tarball.
#   2. @vscode/ripgrep downloads `rg` from a release page in its install script.
#      @vscode/ripgrep-<platform>-<arch> on npm carries the binary: copy it from there.
#   3. prebuilt native modules (argon2) come from release pages: build from source.
#   4. kerberos wants gssapi headers and is only used for proxy log-in: left unbuilt.
# So: --ignore-scripts everywhere, then only the native modules that are wanted.
set -euo pipefail

VERSION=${VSCODE_HOST_VERSION:-4.96.4}
NODE_MAJOR=20                 # engines.node of code-server 4.96
NODE_NPM_VERSION=20.20.2      # npm's node-<os>-<arch>, used when `node` is another major
RG_VERSION=1.18.0             # npm's @vscode/ripgrep-<os>-<arch>
PLAYWRIGHT_VERSION=1.65.1     # the driver library; needs no download of a browser
RECIPE=1                      # raise it when the steps below change

ROOT=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/omnigraph/vscode-host}
mkdir -p "$ROOT"
ROOT=$(cd "$ROOT" && pwd -P)
LAUNCHER=$ROOT/bin/code-server
STAMP=$ROOT/.installed
WANT="code-server $VERSION recipe $RECIPE playwright-core $PLAYWRIGHT_VERSION"

log() { printf '[editors] %s\n' "$*" >&2; }
die() { log "error: $*"; exit 1; }
slow() { nice -n "${VSCODE_HOST_NICE:-5}" "$@" >&2; }

# One installer at a time; a second waits and then finds the stamp.
exec 9>"$ROOT/.lock"
flock 9

if [ -x "$LAUNCHER" ] && [ "$(cat "$STAMP" 2>/dev/null)" = "$WANT" ]; then
  printf '%s\n' "$LAUNCHER"
  exit 0
fi

for tool in node npm python3 make g++ flock; do
  command -v "$tool" >/dev/null || die "$tool is needed and was not found"
done
case $(uname -s)-$(uname -m) in
  Linux-x86_64) plat=linux-x64 ;;
  Linux-aarch64) plat=linux-arm64 ;;
  *) die "only Linux on x64 and arm64" ;;
esac

rm -f "$STAMP"
WORK=$ROOT/app
mkdir -p "$WORK" "$ROOT/bin"
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
export npm_config_progress=false npm_config_loglevel=error

# --- 1. a Node of the right major -------------------------------------------------
if [ "$(node -p 'process.versions.node.split(".")[0]')" != "$NODE_MAJOR" ]; then
  if [ ! -x "$ROOT/node/bin/node" ]; then
    log "node is $(node --version); fetching $NODE_NPM_VERSION from npm"
    mkdir -p "$ROOT/.node"
    (cd "$ROOT/.node" && slow npm pack "node-$plat@$NODE_NPM_VERSION" && tar xzf node-*.tgz)
    rm -rf "$ROOT/node"
    mv "$ROOT/.node/package" "$ROOT/node"
    rm -rf "$ROOT/.node"
    chmod +x "$ROOT/node/bin/node"
  fi
  export PATH="$ROOT/node/bin:$PATH"
fi
log "node $(node --version), npm $(npm --version)"
# node-gyp: use the headers next to this node, so that it downloads none.
prefix=$(node -p 'require("path").resolve(process.execPath, "..", "..")')
if [ -f "$prefix/include/node/node_api.h" ]; then
  export npm_config_nodedir=$prefix
fi

# --- 2. code-server itself, no scripts --------------------------------------------
cd "$WORK"
[ -f package.json ] || printf '{"private":true}\n' >package.json
CS=$WORK/node_modules/code-server
if [ "$(node -p 'require(process.argv[1]).version' "$CS/package.json" 2>/dev/null)" != "$VERSION" ] ||
  [ ! -f "$ROOT/.step-fetch" ]; then
  log "npm install code-server@$VERSION"
  rm -f "$ROOT"/.step-*
  rm -rf "$CS"
  slow npm install --ignore-scripts --no-save "code-server@$VERSION"
  touch "$ROOT/.step-fetch"
fi
VS=$CS/lib/vscode
[ -d "$VS" ] || die "code-server@$VERSION has no lib/vscode"

# playwright-core for the driver (drive.mjs): in a folder of its own, since a
# second `npm install --no-save` in one folder prunes the first.
PW=$ROOT/driver
mkdir -p "$PW"
[ -f "$PW/package.json" ] || printf '{"private":true}\n' >"$PW/package.json"
if [ "$(node -p 'require(process.argv[1]).version' "$PW/node_modules/playwright-core/package.json" 2>/dev/null)" != "$PLAYWRIGHT_VERSION" ]; then
  log "npm install playwright-core@$PLAYWRIGHT_VERSION"
  (cd "$PW" && slow npm install --ignore-scripts --no-save "playwright-core@$PLAYWRIGHT_VERSION")
fi

# --- 3. dependencies of lib/vscode and of its built-in extensions -----------------
registry_only() { # rewrite a shrinkwrap so that every package comes from the registry
  node - "$1" <<'JS'
const fs = require("fs"), file = process.argv[2];
const lock = JSON.parse(fs.readFileSync(file, "utf8"));
for (const [where, p] of Object.entries(lock.packages)) {
  if (p.resolved && !/\.tgz($|[?#])/.test(p.resolved)) {
    console.error(`[editors] ${where} ${p.version}: from the registry instead of git`);
    delete p.resolved;
    delete p.integrity;
  }
}
fs.writeFileSync(file, JSON.stringify(lock, null, 2));
JS
}
if [ ! -f "$ROOT/.step-deps" ]; then
  for dir in "$VS" "$VS/extensions"; do
    log "npm ci in ${dir#"$WORK"/}"
    registry_only "$dir/npm-shrinkwrap.json"
    (cd "$dir" && slow npm ci --ignore-scripts --omit=dev --legacy-peer-deps)
  done
  touch "$ROOT/.step-deps"
fi

# --- 4. native modules -------------------------------------------------------------
if [ ! -f "$ROOT/.step-native" ]; then
  log "building native modules (argon2, spdlog, watcher, watchdog, node-pty)"
  (cd "$WORK" && slow npm rebuild argon2 --build-from-source --foreground-scripts)
  (cd "$VS" && slow npm rebuild --build-from-source --foreground-scripts \
    @vscode/spdlog @parcel/watcher native-watchdog node-pty @vscode/deviceid)
  touch "$ROOT/.step-native"
fi

# --- 5. ripgrep (search, and file listing in quick open) --------------------------
if [ ! -x "$VS/node_modules/@vscode/ripgrep/bin/rg" ]; then
  log "ripgrep from @vscode/ripgrep-$plat@$RG_VERSION"
  rm -rf "$ROOT/.rg" && mkdir -p "$ROOT/.rg"
  (cd "$ROOT/.rg" && slow npm pack "@vscode/ripgrep-$plat@$RG_VERSION" && tar xzf ./*.tgz)
  mkdir -p "$VS/node_modules/@vscode/ripgrep/bin"
  cp "$ROOT/.rg/package/bin/rg" "$VS/node_modules/@vscode/ripgrep/bin/rg"
  chmod +x "$VS/node_modules/@vscode/ripgrep/bin/rg"
  rm -rf "$ROOT/.rg"
fi

# --- 6. the links that code-server's postinstall makes ----------------------------
(
  cd "$VS"
  ln -sfn node_modules node_modules.asar
  ln -sfn code-linux.sh bin/remote-cli/code-server
  ln -sfn browser-linux.sh bin/helpers/browser.sh
)

# --- 7. launcher ------------------------------------------------------------------
cat >"$LAUNCHER" <<'SH'
#!/usr/bin/env bash
# Made by vscode-host.sh. Runs code-server with the Node it was built for.
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
[ -x "$root/node/bin/node" ] && PATH=$root/node/bin:$PATH
exec node "$root/app/node_modules/code-server/out/node/entry.js" "$@"
SH
chmod +x "$LAUNCHER"

# --- 8. does it start? ------------------------------------------------------------
"$LAUNCHER" --config "$ROOT/.config.yaml" --version >&2 || die "the installed code-server does not start"
(cd "$VS" && node -e '
  for (const m of ["@vscode/spdlog", "@parcel/watcher", "native-watchdog", "node-pty", "@vscode/proxy-agent"]) require(m);
') || die "a native module does not load"
"$VS/node_modules/@vscode/ripgrep/bin/rg" --version >&2 || die "ripgrep does not run"

printf '%s\n' "$WANT" >"$STAMP"
log "ready: $WANT"
printf '%s\n' "$LAUNCHER"
