// The product under test, started as `infra/up` starts it, on ports and a database of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? `${root}target`;

/**
 * Starts everything, empty, on `portsFrom` and the three ports after it.
 * Answers the addresses `{ platform, coach, provider }`, the `files` directory, and `stop()`.
 */
export async function startPlatform(portsFrom) {
  const { DATABASE_URL: _, ...environment } = process.env;
  const program = spawn(
    `${target}/debug/xtask`,
    ['up', '--ephemeral', '--ports-from', String(portsFrom)],
    { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(program, 'exit');
  const said = once(createInterface(program.stdout), 'line');
  const first = await Promise.race([said, ended.then(() => null)]);
  if (first === null) throw new Error('the platform did not start: see above');
  return {
    ...JSON.parse(first[0]),
    async stop() {
      program.kill('SIGTERM');
      await ended;
    },
  };
}
