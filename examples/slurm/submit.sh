#!/bin/bash
# Submits a certification in parts and the job that joins them: submit.sh CONFIG OUT [PARTS]
set -euo pipefail

if [[ $# -lt 2 || $# -gt 3 ]]; then
  echo "usage: submit.sh CONFIG OUT [PARTS]" >&2
  exit 2
fi

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
config="$(realpath "$1")"
mkdir -p "$2"
out="$(realpath "$2")"
count="${3:-8}"

# A folder of its own for the parts: those of an earlier run must not get between them.
parts="$(mktemp -d "${out}/parts.XXXXXX")"
export INVARLOCK_CONFIG="${config}" INVARLOCK_PARTS="${parts}" INVARLOCK_OUT="${out}"

array="$(sbatch --parsable --array="1-${count}" --export=ALL "${here}/certify-array.sbatch")"
# Runs only when every part was made; --kill-on-invalid-dep ends it when one was not.
sbatch --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes --export=ALL "${here}/merge.sbatch"
