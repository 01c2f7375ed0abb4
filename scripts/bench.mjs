// npm run bench [-- --write] [KERNEL…]: what kinspect costs beside the tools that people use now, in one run.
//
//   first frame   from exec to the first complete frame in a pseudo-terminal, against nm -p, llvm-readelf -r and
//                 bpftool btf dump run one after the other on the same file, their output to /dev/null
//   memory        peak resident set (VmHWM) at that frame
//   keys          from a key to the last change of the screen that it causes
//   why           kinspect why FILE tty_write and why FILE --all from exec to exit, against gdb -batch, which reads the
//                 same DWARF to answer info functions ^tty_write$
//   replay        kinspect replay from exec to the last verdict, against the real pahole 1.20 -J on a copy of the file;
//                 peak resident set of both
//
// Ratios first: machines differ, and shared ones are noisy. --write records the run in docs/performance.md.
import { spawn as spawnProcess, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const corpus = process.env.KINSPECT_CORPUS ?? join(homedir(), '.cache/kinspect/corpus');
const program = join(root, 'dist/kinspect.js');
const args = process.argv.slice(2);
const write = args.includes('--write');
const named = args.filter((arg) => !arg.startsWith('--'));
const kernels = named.length > 0 ? named : ['arm64-5.10', 'amd64-5.10', 'arm64-6.12'];
const runs = 7;
const [columns, rows] = [120, 40];
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
delete env.CI;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const first = (...names) => names.find((name) => spawnSync('sh', ['-c', `command -v ${name}`], { env }).status === 0);

/** The real program on a screen, with the time at which the screen last changed. */
class Screen {
  constructor(file) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.started = performance.now();
    this.pty = spawn(process.execPath, [program, file], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      env,
      cwd: root,
    });
    this.changed = this.started;
    this.bytes = 0;
    this.unparsed = '';
    this.pty.onData((data) => {
      this.changed = performance.now();
      this.bytes += data.length;
      // Parsed when the screen is asked for: parsing takes longer than drawing, and would be measured as drawing.
      this.unparsed += data;
    });
    this.terminal.onData((data) => this.pty.write(data));
  }
  async text() {
    const data = this.unparsed;
    this.unparsed = '';
    await new Promise((resolve) => this.terminal.write(data, resolve));
    const buffer = this.terminal.buffer.active;
    return Array.from(
      { length: rows },
      (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '',
    ).join('\n');
  }
  async until(test, what, limit = 30_000) {
    const end = performance.now() + limit;
    for (;;) {
      const text = await this.text();
      if (test(text)) return text;
      if (performance.now() > end) throw new Error(`no ${what} within ${limit} ms:\n${text}`);
      await wait(1);
    }
  }
  /** Milliseconds from a key to the last change of the screen before it is quiet; sleeps, so as not to take a core. */
  async press(key, quiet = 60) {
    const sent = performance.now();
    this.pty.write(key);
    for (let waited = 0; this.changed < sent; waited += quiet) {
      if (waited > 1000) return undefined;
      await wait(quiet);
    }
    for (;;) {
      const left = quiet - (performance.now() - this.changed);
      if (left <= 0) return this.changed - sent;
      await wait(left + 1);
    }
  }
  peak() {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.pty.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  }
  close() {
    this.pty.kill('SIGKILL');
  }
}

/** The last thing drawn is the key bar: with it the frame is complete. */
const complete = (text) => text.split('\n')[rows - 1]?.includes('quit') === true;

function toolTime(command, toolArgs) {
  const begin = performance.now();
  const { status, error } = spawnSync(command, toolArgs, { stdio: ['ignore', 'ignore', 'ignore'], env });
  if (error !== undefined || status === null) throw new Error(`${command} did not run: ${error?.message ?? 'killed'}`);
  return performance.now() - begin;
}

async function firstFrames(file, tools) {
  const frames = [];
  const peaks = [];
  const toolTimes = tools.map(() => []);
  const count = file.includes('amd64') ? 3 : runs;
  for (let run = 0; run < count; run++) {
    const screen = new Screen(file);
    await screen.until(complete, 'complete frame');
    frames.push(screen.changed - screen.started);
    peaks.push(screen.peak());
    screen.close();
    for (const [i, [command, ...toolArgs]] of tools.entries()) toolTimes[i].push(toolTime(command, toolArgs));
  }
  return { frame: median(frames), peak: Math.max(...peaks), tools: toolTimes.map(median) };
}

/** Run a command to its end. @param fine exit codes of a good end @returns milliseconds and peak megabytes, its threads and children's included where it has some */
function measure(command, commandArgs, fine = [0]) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawnProcess(command, commandArgs, { stdio: ['ignore', 'ignore', 'ignore'], env });
    let peak = 0;
    // VmHWM only grows, so the last reading before the end is near enough; /bin/sh execs pahole, so the pid stays.
    const timer = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      } catch {
        // It has ended between two readings.
      }
    }, 10);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(timer);
      if (!fine.includes(code)) reject(new Error(`${command} ended with ${code}`));
      else resolve({ time: performance.now() - begin, peak });
    });
  });
}

async function replay(file) {
  const pahole = join(corpus, 'pahole-1.20/pahole');
  if (!existsSync(pahole)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'kinspect-bench-'));
  try {
    const copy = join(folder, 'vmlinux');
    copyFileSync(file, copy);
    const args = [program, 'replay', file, '--verdict', 'encoded', '--format', 'tsv'];
    const ours = [];
    for (let run = 0; run < 5; run++) ours.push(await measure(process.execPath, args));
    const theirs = await measure(pahole, ['-J', copy]);
    return { time: median(ours.map((run) => run.time)), peak: Math.max(...ours.map((run) => run.peak)), theirs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function whyTimes(file) {
  const gdb = first('gdb-multiarch', 'gdb');
  if (gdb === undefined) return undefined;
  const times = async (...whyArgs) => {
    const runs = [];
    for (let run = 0; run < 5; run++)
      runs.push(await measure(process.execPath, [program, 'why', file, ...whyArgs], [0, 1]));
    return median(runs.map((run) => run.time));
  };
  const theirs = await measure(gdb, ['-batch', '-ex', 'info functions ^tty_write$', file]);
  return { one: await times('tty_write'), all: await times('--all', '--format', 'ndjson'), gdb: theirs.time };
}

/** What a user types: words letter by letter, and back again; short and nasty ones among them. */
const typed = [
  'tty_write',
  'skbclone',
  'vfsread',
  'rcurdlck',
  '__x',
  'tc',
  'sc',
  '__',
  'schedule',
  'do_sys_open',
  'kmem cache',
  'bpfprog',
  'netif_rx',
  'ext4wr',
];

async function keys(file) {
  const screen = new Screen(file);
  await screen.until(complete, 'complete frame');
  screen.pty.write('/');
  await screen.until((text) => text.includes('Search') && !text.includes('indexing'), 'search ready');
  const search = [];
  for (const word of typed) {
    for (const letter of word) search.push(await screen.press(letter));
    for (let i = 0; i < word.length; i++) search.push(await screen.press('\x7f'));
  }
  screen.pty.write('\x1b');
  await screen.until(complete, 'panes again');
  const moves = [];
  for (const pane of ['1', '2', '3', '4']) {
    await screen.press(pane);
    for (const key of ['j', 'j', 'j', 'k', '\x1b[6~', '\x1b[6~', '\x1b[5~']) {
      for (let i = 0; i < 8; i++) moves.push(await screen.press(key, 30));
    }
  }
  screen.close();
  return { search: search.filter((ms) => ms !== undefined), moves: moves.filter((ms) => ms !== undefined) };
}

const readelf = first('llvm-readelf-14', 'llvm-readelf');
const missing = [
  ['nm', 'binutils'],
  ['bpftool', 'bpftool'],
].filter(([name]) => first(name) === undefined);
if (readelf === undefined) missing.push(['llvm-readelf', 'llvm-14']);
if (missing.length > 0) {
  console.error(`bench: needs ${missing.map(([name, pkg]) => `${name} (apt-get install ${pkg})`).join(', ')}`);
  process.exit(3);
}

const lines = [];
const print = (line) => {
  console.log(line);
  lines.push(line);
};
const ms = (value) => `${Math.round(value)} ms`;
print(`Node ${process.version}, ${cpus().length} cores, ${columns}x${rows}; medians; tools write to /dev/null`);
// This driver is a program that starts cold too: once for nothing, on another process, so that its own start is not measured.
await keys(join(root, 'fixtures/sample/vmlinux-aarch64'));
for (const name of kernels) {
  const file = join(corpus, name, 'vmlinux');
  if (!existsSync(file)) {
    print(`\n${name}: not there; scripts/fetch-kernels.sh ${name} fetches it`);
    continue;
  }
  const tools = [
    ['nm', '-p', file],
    [readelf, '-r', file],
    ['bpftool', 'btf', 'dump', 'file', file, 'format', 'raw'],
  ];
  const { frame, peak, tools: times } = await firstFrames(file, tools);
  const sum = times.reduce((a, b) => a + b, 0);
  const { search, moves } = await keys(file);
  const within = (values, limit) =>
    `${((100 * values.filter((value) => value <= limit).length) / values.length).toFixed(1)} %`;
  print(`\n${name}`);
  print(
    `  first frame / three tools   ${(frame / sum).toFixed(2)}   (${ms(frame)} / ${times.map((time) => Math.round(time)).join(' + ')} = ${ms(sum)})`,
  );
  print(`  peak memory at that frame   ${Math.round(peak)} MB   (limit 250)`);
  print(
    `  search keys within 33 ms    ${within(search, 33)} of ${search.length}   (p50 ${ms(quantile(search, 0.5))}, p99 ${ms(quantile(search, 0.99))}, max ${ms(Math.max(...search))})`,
  );
  print(
    `  moves within 16 ms          ${within(moves, 16)} of ${moves.length}   (p50 ${ms(quantile(moves, 0.5))}, p99 ${ms(quantile(moves, 0.99))}, max ${ms(Math.max(...moves))})`,
  );
  const whys = name === 'arm64-5.10' ? await whyTimes(file) : undefined;
  if (whys !== undefined) {
    print(`  why / gdb info functions    ${(whys.one / whys.gdb).toFixed(2)}   (${ms(whys.one)} / ${ms(whys.gdb)})`);
    print(`  why --all                   ${ms(whys.all)}   (limit 3000)`);
  }
  // The kernels that pahole 1.20 was used for.
  const replayed = name.endsWith('5.10') ? await replay(file) : undefined;
  if (replayed !== undefined) {
    const { time, peak: ours, theirs } = replayed;
    print(`  pahole -J / replay          ${(theirs.time / time).toFixed(1)}   (${ms(theirs.time)} / ${ms(time)})`);
    print(
      `  memory, replay / pahole     ${(ours / theirs.peak).toFixed(2)}   (${Math.round(ours)} MB / ${Math.round(theirs.peak)} MB)`,
    );
  }
}

if (write) {
  const path = join(root, 'docs/performance.md');
  const text = readFileSync(path, 'utf8');
  const day = new Date().toISOString().slice(0, 10);
  const block = `<!-- bench -->\n\`\`\`\n${day}: npm run bench\n${lines.join('\n')}\n\`\`\`\n<!-- /bench -->`;
  writeFileSync(path, text.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, block));
}
process.exit(0);
