#!/bin/sh
# Installs Infraplan from the files beside this one, once, and opens the workbench; needs no network.
# 首次运行时从同一文件夹安装，随后打开工作台；无需联网。
# Further words are a command: ./start.sh demo
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
series=$(cat "$here/python-version.txt")
python=${PYTHON:-python$series}
if ! "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$series')" 2>/dev/null; then
  python=python3
fi
if ! "$python" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$series')" 2>/dev/null; then
  echo "Python $series with its module venv is needed; name one: PYTHON=/path/to/python$series ./start.sh" >&2
  echo "需要Python $series（含venv模块），可指定：PYTHON=/路径/python$series ./start.sh" >&2
  exit 1
fi
# Where this folder may not be written (a share, a disc) the installation lies in the user's own.
home=$here
[ -w "$here" ] || home=${XDG_DATA_HOME:-$HOME/.local/share}/infraplan-offline
environment=$home/environment
if ! cmp -s "$here/requirements.txt" "$environment/installed.txt"; then
  echo "Installing, once / 首次安装，请稍候 ..." >&2
  mkdir -p "$home"
  rm -rf "$environment"
  "$python" -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
    --require-hashes --find-links "$here/wheels" --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$environment/installed.txt"
fi
[ $# -gt 0 ] || set -- serve --data "$home/workbench" --lang "$(cat "$here/language.txt")"
exec "$environment/bin/python" -m infraplan "$@"
