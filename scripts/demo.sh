#!/usr/bin/env bash
# The main job from end to end on examples/flights: check a schema and its queries, load real data, ask it, and show
# what a mistake looks like. Usage: scripts/demo.sh BINARY
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() {
    printf '\n\033[1m$ omnigraph'
    printf ' %s' "${@//$work/.}"
    printf '\033[0m\n'
    "$binary" "$@"
}

run lint examples/flights
run init --schema examples/flights/schema.pg "$work/flights"
run load --store "$work/flights" --data examples/flights/data.jsonl
run query with_a_change --store "$work/flights" --query examples/flights/queries.gq -p iata=SFO --format table

cat > "$work/mistake.gq" <<'QUERY'
query crowded($state: String) {
    match {
        $a: Airport
        $a inState $s
        $s.code = $state
    }
    return { $a.iata, $a.nme, count($a) as n }
    order { n desc }
}
QUERY
printf '\nA query with a mistake (exit code 1 is the expected answer):\n'
if run lint "$work/mistake.gq" --schema examples/flights/schema.pg; then
    echo "the mistake was not found" >&2
    exit 1
fi

printf '\nThe busiest airports of 2008:\n'
run query busiest --store "$work/flights" --query examples/flights/queries.gq --format table
