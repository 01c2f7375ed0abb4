// From a keystroke to the search's reply, over the names of real kernels: node scripts/measure-search.mjs [KERNEL…]
//
// Types words letter by letter and takes them back, through the real worker, with the main thread busy for 8 ms after
// each reply as it is when it draws. Prints milliseconds from query() to the first reply, to the reply whose hits do
// not change any more, and to the total; the same in processor time of the worker, which other programs on the machine
// disturb less; how long the main thread was kept; what the worker added to memory.
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const KERNELS = ['arm64-5.10', 'arm64-6.12'];
const PAUSE_MS = Number(process.env.PAUSE_MS ?? 25);
const LIMIT = Number(process.env.LIMIT ?? 200);
const DRAW_MS = Number(process.env.DRAW_MS ?? 8);
const WORDS = (
  'tty_write redirected_tty_write skb_clone skbclone vfs_read vfsread rcurdlck rcu_read_lock schedule __schedule ' +
  'tcp_v4_rcv tcpv4rcv kmalloc kmem_cache_alloc do_sys_open doso sys_read __arm64_sys_openat ext4_file_write_iter ' +
  'ext4wr blk_mq_submit bio_ submit_bio net_rx __netif_receive nf_hook bpf_prog_run bpfprogrun btf_parse ftrace_set ' +
  'mcount_loc __start_mcount __x64 __x __xa_alloc __s __sk __ksymtab_tty __pfx_tty kstrtab init_task jiffies ' +
  'mutex_lock _raw_spin_lock rawspin usb_submit_urb xhci pci_read i2c_tr drm_atomic_commit hrtimer_start hrtst ' +
  'tc sc __ _ ___ tty_wr a_b a_ e_ _e _x_ tw xj qd td_ sr_ w_w __a__ _i_t_ zz $ . .1 0 32 v4'
).split(' ');
const PHRASES = [
  'tty write',
  'write tty',
  'rcu read lock',
  'ext4 file',
  'a b',
  '/^tty_.*write$/',
  '/skb.*clone/',
  '/./',
];

function random(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Just enough of an ELF reader; the program's own is measured by bench.mjs. */
function readNames(path) {
  const fd = openSync(path, 'r');
  const read = (at, size) => {
    const bytes = Buffer.alloc(size);
    readSync(fd, bytes, 0, size, at);
    return bytes;
  };
  const header = read(0, 64);
  const count = header.readUInt16LE(60);
  const table = read(Number(header.readBigUInt64LE(40)), count * 64);
  const section = (i) => ({
    name: table.readUInt32LE(i * 64),
    type: table.readUInt32LE(i * 64 + 4),
    at: Number(table.readBigUInt64LE(i * 64 + 24)),
    size: Number(table.readBigUInt64LE(i * 64 + 32)),
    link: table.readUInt32LE(i * 64 + 40),
  });
  const bytesOf = ({ at, size }) => read(at, size);
  const sections = Array.from({ length: count }, (_, i) => section(i));
  const sectionNames = bytesOf(sections[header.readUInt16LE(62)]);
  const nameOf = ({ name }) => sectionNames.toString('latin1', name, sectionNames.indexOf(0, name));

  const symtab = sections.find(({ type }) => type === 2);
  const entries = bytesOf(symtab);
  const rows = symtab.size / 24;
  const symbols = {
    strings: bytesOf(sections[symtab.link]),
    names: Uint32Array.from({ length: rows }, (_, i) => entries.readUInt32LE(i * 24)),
    types: Uint8Array.from({ length: rows }, (_, i) => entries[i * 24 + 4] & 15),
  };
  const btf = bytesOf(sections.find((it) => nameOf(it) === '.BTF'));
  const [start, typeAt, typeSize, stringAt, stringSize] = [4, 8, 12, 16, 20].map((at) => btf.readUInt32LE(at));
  const names = [];
  for (let at = start + typeAt; at < start + typeAt + typeSize; ) {
    const info = btf.readUInt32LE(at + 4);
    const [kind, vlen] = [(info >>> 24) & 31, info & 0xffff];
    if (kind === 12) names.push(btf.readUInt32LE(at));
    const more = { 1: 4, 3: 12, 4: vlen * 12, 5: vlen * 12, 6: vlen * 8, 13: vlen * 8, 14: 4, 15: vlen * 12, 17: 4 };
    at += 12 + (kind === 19 ? vlen * 12 : (more[kind] ?? 0));
  }
  const strings = btf.subarray(start + stringAt, start + stringAt + stringSize);
  return { symbols, funcs: { strings, names: Uint32Array.from(names) } };
}

/** Milliseconds that a thread of this process has run, where Linux tells and the thread still is. */
function threadTime(id) {
  try {
    return Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
const threadTimes = () =>
  new Map(existsSync('/proc/self/task') ? readdirSync('/proc/self/task').map((id) => [id, threadTime(id)]) : []);

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
function busy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function summary(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  max ${at(1)}`;
}

async function measure(kernel, { createSearch, spawnSearchWorker }) {
  const path = join(homedir(), '.cache/kinspect/corpus', kernel, 'vmlinux');
  if (!existsSync(path)) return console.log(`${kernel}: not fetched`);
  const input = readNames(path);
  const megabytes = () => process.memoryUsage().rss / 2 ** 20;
  const before = megabytes();

  // Timers due every millisecond show how long the main thread was away.
  let last = performance.now();
  let longest = 0;
  const watch = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);

  const search = createSearch(input, spawnSearchWorker);
  const threads = threadTimes();
  const begun = performance.now();
  search.start();
  const startMs = performance.now() - begun;
  while (search.state.phase !== 'ready') await sleep(1);
  const readyMs = performance.now() - begun;
  const atReady = megabytes();
  await sleep(1000);
  // The thread that has worked most since then is the worker.
  const gained = [...threadTimes()].map(([id, ms]) => [id, ms - (threads.get(id) ?? 0)]);
  const [worker] = gained.filter(([id]) => id !== String(process.pid)).sort((a, b) => b[1] - a[1])[0] ?? [];
  const workerMs = () => threadTime(worker);
  const stall = longest;
  clearInterval(watch);

  const first = [];
  const final = [];
  const total = [];
  const slowest = [];
  const changed = [];
  const firstCpu = [];
  const finalCpu = [];
  const handling = [];
  async function type(text) {
    await new Promise((done) => {
      const cpu = workerMs();
      const asked = performance.now();
      let answered = 0;
      let finalAt = 0;
      let finalCpuAt = 0;
      let hits;
      search.query(text, LIMIT, (reply) => {
        const ms = performance.now() - asked;
        const cpuMs = workerMs() - cpu;
        if (answered++ === 0) {
          first.push(ms);
          firstCpu.push(cpuMs);
        }
        if (hits !== reply.hits) {
          finalAt = ms;
          finalCpuAt = cpuMs;
        }
        if (hits !== undefined && hits !== reply.hits) changed.push(text);
        hits = reply.hits;
        if (reply.complete) {
          final.push(finalAt);
          finalCpu.push(finalCpuAt);
          total.push(ms);
          slowest.push([finalAt, text]);
          done();
        }
        if (DRAW_MS > 0) setImmediate(() => busy(DRAW_MS));
      });
      handling.push(performance.now() - asked);
    });
    await sleep(PAUSE_MS);
  }
  const pick = random(42);
  const letters = '_abcdefghijklmnopqrstuvwxyz0123456789._______';
  const nasty = Array.from({ length: 150 }, () =>
    Array.from({ length: 2 + pick(3) }, () => letters[pick(letters.length)]).join(''),
  );
  for (const word of [...WORDS, ...PHRASES, ...nasty]) {
    for (let n = 1; n <= word.length; n++) await type(word.slice(0, n));
    for (let n = word.length - 1; n > word.length / 2; n--) await type(word.slice(0, n));
  }

  console.log(
    `${kernel}: ${input.symbols.names.length} symbols, ${input.funcs.names.length} FUNC, ${first.length} keys`,
  );
  console.log(`  first reply      ${summary(first)}`);
  console.log(`  final hits       ${summary(final)}  (first reply was not final: ${changed.length})`);
  console.log(`  total            ${summary(total)}`);
  console.log(`  worker, first    ${summary(firstCpu)}  (processor time)`);
  console.log(`  worker, final    ${summary(finalCpu)}`);
  console.log(`  query() itself   ${summary(handling)}`);
  slowest.sort((a, b) => b[0] - a[0]);
  console.log(
    `  slowest          ${slowest
      .slice(0, 8)
      .map(([ms, text]) => `${text} ${ms.toFixed(1)}`)
      .join(', ')}`,
  );
  console.log(
    `  start() ${startMs.toFixed(1)} ms, ready after ${readyMs.toFixed(0)} ms, main thread away ${stall.toFixed(1)} ms at most`,
  );
  console.log(
    `  memory: ${(atReady - before).toFixed(0)} MB more at ready, ${(megabytes() - before).toFixed(0)} MB at the end`,
  );
  search.dispose();
}

const out = mkdtempSync(join(tmpdir(), 'kinspect-search-'));
try {
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'src/app/search/engine.ts', out: 'engine' },
      { in: 'src/app/search/spawn.ts', out: 'spawn' },
      { in: 'src/app/search-worker.ts', out: 'search-worker' },
    ],
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
  });
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  const load = (file) => import(pathToFileURL(join(out, file)).href);
  const engine = { ...(await load('engine.js')), ...(await load('spawn.js')) };
  const kernels = process.argv.length > 2 ? process.argv.slice(2) : KERNELS;
  for (const kernel of kernels) await measure(kernel, engine);
} finally {
  rmSync(out, { recursive: true, force: true });
}
