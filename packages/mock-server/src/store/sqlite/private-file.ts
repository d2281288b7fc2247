import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';

const ownerOnly = 0o600;

/**
 * Makes the file where there is none, and takes from everybody but its owner the right to read it, also where it was there before.
 * What SQLite writes beside a new file gets the same mode. Where somebody else owns it, which only they can mend, it is said.
 *
 * @throws Error for what is no file.
 */
export function keepPrivate(file: string): void {
  // Before it is opened, or its mode is changed: a pipe would wait for a reader, and /dev/null is everybody's.
  if (existsSync(file) && !statSync(file).isFile()) throw new Error(`${file} is no file, but a folder or a device.`);
  closeSync(openSync(file, 'a', ownerOnly));
  // Windows has no such modes.
  if (process.platform === 'win32') return;
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    if (!existsSync(path) || (statSync(path).mode & 0o077) === 0) continue;
    try {
      chmodSync(path, ownerOnly);
    } catch {
      process.emitWarning(
        'The database can be read by others on this machine, and is not ours to change: chmod 600 it.',
        {
          code: 'LATCHKEY_FILE_MODE',
        },
      );
    }
  }
}
