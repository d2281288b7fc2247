import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';

export interface Checkpoints {
  /** So many rows were written. */
  wrote(rows: number): void;
  /** Resolves when the thread has let go of the file. */
  stop(): Promise<void>;
}

interface Thread {
  checkpoint(): void;
  stop(): Promise<void>;
}

/**
 * A row is about four pages, each somewhere else in the file. The disk takes milliseconds for so many, and who commits meanwhile
 * waits behind them: rather little and often.
 */
const rowsBetween = 50;

/**
 * Brings what the log holds into the file, in a thread of its own: in this one requests would wait until the disk has it. The
 * thread starts when there is enough for it to do. Where there can be none, SQLite does it at a commit, when the log has grown long.
 */
export function checkpointsOf(file: string): Checkpoints {
  const path = resolve(file);
  let thread: Thread | null | undefined;
  let rowsWritten = 0;
  let busy = false;

  function begin(): void {
    rowsWritten = 0;
    busy = true;
    thread ??= started();
    thread?.checkpoint();
  }

  function started(): Thread | null {
    try {
      const worker = new Worker(`(${checkpointing})()`, { eval: true, workerData: path });
      worker.on('message', () => {
        busy = false;
        if (rowsWritten >= rowsBetween) begin();
      });
      worker.on('error', ignore);
      worker.unref();
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      return {
        checkpoint: () => worker.postMessage('checkpoint'),
        async stop() {
          worker.ref();
          worker.postMessage('stop');
          await ended;
        },
      };
    } catch {
      // Node's permissions may forbid threads. `busy` stays, so that none is asked for again.
      return null;
    }
  }

  return {
    wrote(rows) {
      rowsWritten += rows;
      if (!busy && rowsWritten >= rowsBetween) begin();
    },
    async stop() {
      busy = true;
      await thread?.stop();
    },
  };
}

const ignore = (): void => {};

/** The thread, handed over as text: it sees nothing of this file, and is the same from the sources and from a bundle. */
function checkpointing(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  // Whoever opened the file first was told already that SQLite is new in Node.
  process.removeAllListeners('warning');
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(workerData);
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  parentPort?.on('message', (order) => {
    if (order === 'stop') {
      database.close();
      parentPort.close();
      return;
    }
    checkpoint.get();
    parentPort.postMessage('done');
  });
}
