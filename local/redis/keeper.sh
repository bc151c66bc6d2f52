# Runs a command and ends it when standard input closes, which happens when the process that
# started this script is gone, however it went: nothing is left behind even after a SIGKILL.
# Prints the command's process id; whatever the command prints goes to standard error.
exec 3<&0
"$@" </dev/null >&2 3<&- &
child=$!
echo "$child"

(
  read -r _ <&3
  kill -TERM "$child" 2>/dev/null
) &
watcher=$!
exec 3<&-

trap 'kill -TERM "$child" 2>/dev/null' HUP INT TERM
wait "$child"
status=$?
# A signal to this script ends `wait` early; the command may still be saving its data.
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done
kill "$watcher" 2>/dev/null
exit "$status"
