#!/usr/bin/env bash
# How ranks leave: together with one message; and a rank that has an error alone takes the others with it.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"

leave() {
  status=0
  on "$1" "$LEAVE_ALONE" "$2" "$3" >out 2>err || status=$?
}

for ranks in 1 2 3 4; do
  leave "$ranks" all 0
  expect "all leave with code 2 on $ranks ranks" test "$status" -eq 2
  expect "one message on $ranks ranks" test "$(grep -c '^simplicit: a fault$' err)" -eq 1
done
for culprit in 0 2; do
  leave 3 one "$culprit"
  expect "code 2 of rank $culprit alone" test "$status" -eq 2
  expect "rank $culprit says so" grep -q "^simplicit: rank $culprit: a fault" err
  leave 3 step "$culprit"
  expect "code 2 of rank $culprit in a step" test "$status" -eq 2
  expect "rank $culprit says so in a step" test "$(grep -c "^simplicit: rank $culprit: a fault$" err)" -eq 1
done
finish
