/** What can go wrong around the program: its file, its terminal, its threads. A message or a clean end, and never a wreck. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heldCode, type Pty, spawnHeld } from '../helpers/pty.ts';
import { drawn, keep, restored, spawnInHeld, start } from './shared.ts';

const sample = 'fixtures/sample/vmlinux-aarch64';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kinspect-e2e-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copyOf(name: string): string {
  const path = join(folder, name);
  cpSync(sample, path);
  return path;
}

/** kinspect in a terminal that outlives it, drawn. */
async function open(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Pty> {
  const pty = spawnInHeld(args, { columns: 120, rows: 40, env });
  await pty.waitFor(drawn);
  return pty;
}

/** The program with `first` run before the script of each of these threads. */
function programWith(name: string, first: string, threads: readonly string[]): string {
  const dist = join(folder, name);
  cpSync('dist', dist, { recursive: true });
  for (const thread of threads) {
    const script = join(dist, thread);
    writeFileSync(script, `{ ${first} }\n${readFileSync(script, 'utf8')}`);
  }
  return join(dist, 'kinspect.js');
}

/** kinspect whose thread reads the DWARF at a word, and not before, as it does when no key comes for a while. */
async function openUnread(path: string): Promise<{ pty: Pty; read: () => void }> {
  const word = `${path}.read`;
  const wait = `
    const { existsSync } = require('node:fs');
    const never = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(${JSON.stringify(word)})) Atomics.wait(never, 0, 0, 20);`;
  const program = programWith(`dist of ${basename(path)}`, wait, ['dwarf-worker.js']);
  const pty = keep(spawnHeld([process.execPath, program, path], { columns: 120, rows: 40 }));
  await pty.waitFor(drawn);
  return { pty, read: () => writeFileSync(word, '') };
}

/** It goes on, and ends as ever. */
async function quits(pty: Pty): Promise<void> {
  pty.send('\x03');
  await pty.waitFor((at) => restored(at) && heldCode(at) === 0);
  pty.send('\n');
  expect(await pty.exited).toEqual({ exitCode: 0, signal: 0 });
}

describe('the file', () => {
  test('becomes shorter while it is open: what is read from then on says so', async () => {
    const path = copyOf('shrinks');
    const pty = await open([path]);
    pty.send(':tty_write\r');
    await pty.waitFor(/▸ .*tty_write/);
    truncateSync(path, 4096);
    pty.send('x');
    await pty.waitFor('the file became shorter while it was open');
    // The relocations are read by the page, to be shown and to be sorted.
    pty.send('q');
    await pty.waitFor('3 Relocations');
    pty.send('3G');
    pty.send('ss4G1gfslot:no\ri');
    await pty.waitFor('build id');
    await quits(pty);
  });

  test('becomes shorter before the replay reads it', async () => {
    const path = copyOf('shrinks-too');
    const { pty, read } = await openUnread(path);
    truncateSync(path, 4096);
    read();
    pty.send('r');
    await pty.waitFor(/the file became shorter|the file ends at|bytes are needed/);
    await quits(pty);
  });

  test('is removed while it is open: what is open stays open, and a second reader says that it is gone', async () => {
    const path = copyOf('vanishes');
    const { pty, read } = await openUnread(path);
    unlinkSync(path);
    read();
    pty.send(':tty_write\r');
    await pty.waitFor(/▸ .*tty_write/);
    pty.send('r');
    await pty.waitFor('no such file');
    await quits(pty);
  });
});

const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);

/** pread64 and preadv64 of one file fail with EIO for as long as a flag file is there. */
const shim = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int bad(int fd) {
  const char *flag = getenv("TEST_EIO_FLAG"), *path = getenv("TEST_EIO_PATH");
  char link[64], name[4096];
  if (!flag || !path || access(flag, F_OK) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, name, sizeof name - 1);
  if (n < 0) return 0;
  name[n] = 0;
  if (strcmp(name, path) != 0) return 0;
  errno = EIO;
  return 1;
}
#define FORWARD(ret, name, params, args) \\
  ret name params { \\
    static ret (*real) params; \\
    if (bad(fd)) return -1; \\
    if (!real) real = (ret (*) params)dlsym(RTLD_NEXT, #name); \\
    return real args; \\
  }
FORWARD(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))
FORWARD(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
FORWARD(ssize_t, pread64, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
FORWARD(ssize_t, preadv, (int fd, const struct iovec *to, int n, off_t at), (fd, to, n, at))
FORWARD(ssize_t, preadv64, (int fd, const struct iovec *to, int n, off_t at), (fd, to, n, at))
`;

describe.skipIf(process.platform !== 'linux' || compiler === undefined)('the device reports read errors', () => {
  let library = '';
  beforeAll(() => {
    const source = join(folder, 'eio.c');
    library = join(folder, 'eio.so');
    writeFileSync(source, shim);
    execFileSync(compiler as string, ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  });
  const settings = (path: string, flag: string) => ({
    LD_PRELOAD: library,
    TEST_EIO_PATH: path,
    TEST_EIO_FLAG: flag,
  });

  test('from the first byte on: one sentence, exit code 3', () => {
    const path = copyOf('bad-disk');
    const flag = join(folder, 'bad');
    writeFileSync(flag, '');
    for (const argv of [[path], ['dump', path, 'symbols'], ['replay', path]]) {
      const env = { ...process.env, ...settings(path, flag) };
      const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/kinspect.js', ...argv], { env });
      expect(stderr.toString()).toMatch(
        /^kinspect: \S+: .*at file offset 0x0: the device reports a read error \(EIO\)\n$/,
      );
      expect({ status, out: stdout.toString() }).toEqual({ status: 3, out: '' });
    }
  });

  test('while the screens are open: a message, and they go on', async () => {
    const path = copyOf('dying-disk');
    const flag = join(folder, 'dying');
    const pty = await open([path], settings(path, flag));
    pty.send(':tty_write\r');
    await pty.waitFor(/▸ .*tty_write/);
    writeFileSync(flag, '');
    pty.send('x');
    await pty.waitFor('the device reports a read error (EIO)');
    rmSync(flag);
    pty.send('xx');
    await pty.waitFor((at) => !at.text.includes('EIO') && at.text.includes('→ ffff800010002634  tty_write'));
    await quits(pty);
  });
});

describe('the terminal', () => {
  const screens = [
    ['browse', '', drawn],
    ['replay', 'r', /tty_write|functions/],
    ['hex', ':tty_write\rx', 'tty_write'],
    ['help', '?', 'one row down'],
    ['facts', 'i', 'Facts on the kernel'],
    ['search', '/tty', 'tty'],
    ['why', ':tty_write\rw', 'no BTF FUNC record'],
    ['overview', 'o', 'has a record'],
    ['compare', `c${sample}\r`, 'compare'],
  ] as const;

  test.each(screens)('becomes 1x1, is used, and becomes large again (%s)', async (_, keys, shown) => {
    const pty = await open();
    pty.send(keys);
    await pty.waitFor(shown);
    pty.resize(1, 1);
    await pty.waitFor((at) => at.text.trim().length <= 1);
    pty.send('jGgkn\t');
    pty.resize(120, 40);
    await pty.waitFor((at) => at.text.includes('kinspect') && at.lines.length === 40);
    await quits(pty);
  });

  test.each(screens)('has one cell when %s is opened', async (_, keys) => {
    const pty = await open();
    pty.resize(1, 1);
    await pty.waitFor((at) => at.text.trim().length <= 1);
    pty.send(keys);
    pty.send('jG');
    pty.resize(120, 40);
    await pty.waitFor((at) => at.text.includes('kinspect') && at.lines.length === 40);
    await quits(pty);
  });

  test('is left at once, or a few milliseconds later: nothing that was still to be made reads the closed file', async () => {
    for (let ms = 0; ms <= 24; ms += 3) {
      const pty = await open(['fixtures/elf/x86_64-emit-relocs']);
      await new Promise((resolve) => setTimeout(resolve, ms));
      await quits(pty);
    }
  });

  test.each(['r', '/tty', ':tty_write\rx', '?'])(
    'goes away in the middle of %j: SIGHUP is the cause of death',
    async (keys) => {
      const pty = await start();
      pty.send(keys);
      pty.hangUp();
      expect((await pty.exited).signal).toBe(1);
    },
  );

  test.each([
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)(
    '%s while the replay reads: it is the cause of death, and the terminal is as it was',
    async (signal, number) => {
      const pty = await open();
      pty.send('r');
      await pty.waitFor('replay');
      pty.killGroup(signal);
      await pty.waitFor((at) => restored(at) && heldCode(at) === 128 + number);
    },
  );
});

/** Where a thread ends, as a line before its script, and what makes it so. */
const dyingAt: readonly (readonly [when: string, first: string])[] = [
  ['at its start', 'process.exit(1);'],
  [
    'behind the first thing that it says',
    `const { parentPort } = require('node:worker_threads');
     const post = parentPort.postMessage.bind(parentPort);
     parentPort.postMessage = (...all) => { post(...all); process.exit(1); };`,
  ],
  [
    'before the second thing that it says',
    `const { parentPort } = require('node:worker_threads');
     const post = parentPort.postMessage.bind(parentPort);
     let said = 0;
     parentPort.postMessage = (...all) => { if (said++ > 0) process.exit(1); post(...all); };`,
  ],
  // The lock is what the threads take turns with (src/dwarf/chunks.ts): nobody else may wait for the dead one.
  [
    'while it holds the lock',
    `const take = Atomics.compareExchange;
     Atomics.compareExchange = (...all) => { const was = take(...all); if (was === 0) process.exit(1); return was; };`,
  ],
  // Before it hears what to do: a timer may come when the answer is said.
  ['by an error of the engine', `queueMicrotask(() => { throw new RangeError('made up'); });`],
];

describe.each(dyingAt)('a thread that ends without an answer, %s', (when, first) => {
  let program = '';
  beforeAll(() => {
    program = programWith(`dist ${when}`, first, ['dwarf-worker.js', 'search-worker.js']);
    expect(existsSync(program)).toBe(true);
  });
  const openBroken = async (): Promise<Pty> => {
    const pty = keep(spawnHeld([process.execPath, program, resolve(sample)], { columns: 120, rows: 40 }));
    await pty.waitFor(drawn);
    return pty;
  };

  test('the one that reads DWARF: the replay says so', async () => {
    const pty = await openBroken();
    pty.send('r');
    await pty.waitFor(when === 'by an error of the engine' ? 'made up' : 'the DWARF worker ended without an answer');
    await quits(pty);
  });

  test('the one that searches: names are found all the same, or the search says what it cannot do', async () => {
    const pty = await openBroken();
    pty.send('/tty_write');
    await pty.waitFor(/tty_write +.*\d|search (?:has )?(?:stopped|ended|failed)/i);
    pty.send('\r');
    await pty.waitFor(drawn);
    await quits(pty);
  });
});

test('the fixture that is copied is untouched', () => {
  expect(readFileSync(sample).length).toBe(144280);
});
