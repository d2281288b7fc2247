import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends what the tests started, even when the test process is killed and can clean up nothing itself: a shell outside our
 * process group waits on a pipe, and when the pipe closes it kills the process groups and removes the folders that are
 * still on its list.
 */
const lastWill = `
nl='
'
list=''
while read -r line; do
  case "$line" in
    'add '*) list="$list\${line#add }$nl" ;;
    'del '*) list="$(printf '%s' "$list" | grep -vxF -e "\${line#del }")$nl" ;;
  esac
done
printf '%s' "$list" | while read -r kind what; do if [ "$kind" = group ]; then kill -s KILL -- "-$what" 2>/dev/null; fi; done
printf '%s' "$list" | while read -r kind what; do if [ "$kind" = folder ]; then rm -rf -- "$what"; fi; done
`;

let reaper: ChildProcess | undefined;

function tell(line: string): void {
  if (process.platform === 'win32') return;
  if (reaper === undefined) {
    reaper = spawn('/bin/sh', ['-c', lastWill], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    reaper.unref();
    // A pipe that is still open must not keep the test process alive; closing it is the whole point.
    (reaper.stdin as unknown as { unref?(): void } | null)?.unref?.();
  }
  reaper.stdin?.write(`${line}\n`);
}

/** Kills this process group at the end, whatever happens, unless it is given back by `end`. Its leader is `pid`. */
export function ownGroup(pid: number): { end(): void } {
  tell(`add group ${pid}`);
  return {
    end() {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Gone already, which is what was wanted.
      }
      tell(`del group ${pid}`);
    },
  };
}

/** Removes this folder at the end if the test process could not do it itself. */
export function ownFolder(path: string): { forget(): void } {
  tell(`add folder ${path}`);
  return { forget: () => tell(`del folder ${path}`) };
}
