#!/usr/bin/env bash
# Help, version and usage errors: told once, by one rank, with the right code, at any number of ranks.
# shellcheck source=tests/end_to_end/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"

for ranks in 1 2 3 4; do
  succeed "$ranks" --version
  expect "one version line on $ranks ranks" test "$(grep -c '^simplicit [0-9]' out)" -eq 1
  succeed "$ranks" --help
  expect "help told once on $ranks ranks" test "$(grep -c '^Usage: ' out)" -eq 1
  expect "nothing but help on $ranks ranks" test ! -s err
  refuse "$ranks" --nonsense --nonsense
  refuse "$ranks" nonsense nonsense
  refuse "$ranks" --nonsense train a.h5 --out b.h5 --lambda 1 --nonsense
  refuse "$ranks" --out train a.h5 --lambda 1

  run "$ranks"
  expect "no command is wrong usage on $ranks ranks" test "$status" -eq 2
  expect "no command prints help once on $ranks ranks" test "$(grep -c '^Usage: ' err)" -eq 1
done

# Every command explains itself.
commands=$("$SIMPLICIT" --help | sed -n '/^Subcommands:/,/^$/p' | awk '/^  [a-z]/ {print $1}')
expect "train and evaluate are among the commands" grep -q train <<<"$commands"
for command in $commands; do
  succeed 1 "$command" --help
  expect "$command --help shows an example" grep -q "simplicit $command" out
  refuse 1 --nonsense "$command" --nonsense
done
finish
