// The product under test, started as `infra/up` starts it, on ports and a database of its own.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? `${root}target`;

/**
 * Starts everything, empty, on `portsFrom` and the three ports after it.
 * Answers the addresses `{ platform, coach, provider }`, the `files` directory, the database's
 * `owner_url` and the `binaries` that reach it, and `stop()`.
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

/**
 * Has the grant `id` given, and looked at by its worker, so many days earlier; its end stays. The
 * product runs as in production, by the machine's clock, which no test moves: so this writes in its
 * database what it would hold had those days passed.
 */
export async function ageGrant(product, id, days) {
  assert.match(id, /^[0-9a-f-]{36}$/);
  const aged = (column) => `${column} = ${column} - interval '${Number(days)} days'`;
  const sql = `UPDATE grants SET ${aged('given_at')}, ${aged('confirmed_at')} WHERE grant_id = '${id}'`;
  const psql = promisify(execFile)(`${product.binaries}/psql`, [product.owner_url, '--command', sql]);
  assert.equal((await psql).stdout.trim(), 'UPDATE 1');
}

/** A certifier deposits the certificates of the sandbox's people, and waits for the report. */
export async function depositCertificates(product) {
  const key = (await readFile(`${root}sandbox/data/certifier.key`, 'utf8')).trim();
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${product.platform}/v1/batches?file_name=certificates.xml`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/xml' },
    body: await readFile(`${root}sandbox/data/flux/certificates.xml`),
  });
  assert.equal(answer.status, 202, await answer.text());
  const report = new URL(answer.headers.get('location'), product.platform);
  for (let tries = 0; tries < 600; tries += 1) {
    const { batch } = await (await fetch(report, { headers })).json();
    if (batch.status !== 'received') {
      assert.equal(batch.status, 'done');
      assert.equal(batch.counts.rejected, 0, 'no certificate is refused');
      return;
    }
    await setTimeout(50);
  }
  return assert.fail('the batch is not processed');
}
