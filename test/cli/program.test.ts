import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { heldCode, spawnHeld } from '../helpers/pty.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { golden, repository, samplePath } from './collect.ts';

const dist = join(repository, 'dist');
const program = join(dist, 'kinspect.js');

beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/ is not built: npm run build');
});

const kinspect = (...argv: string[]) => spawnSync(process.execPath, [program, ...argv], { encoding: 'latin1' });

describe('the built program', () => {
  it('prints a table into a pipe', () => {
    const { status, stdout, stderr } = kinspect('dump', samplePath, 'symbols', '--format', 'nm');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
  });

  it('prints the overview of the bundled sample when it is given nothing and has no terminal', () => {
    const { status, stdout } = kinspect();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\/.*fixtures\/sample\/vmlinux-aarch64\n\nmachine {13}aarch64/);
  });

  it('reads standard input where it is a file, and refuses a pipe', () => {
    const stdin = openSync(samplePath, 'r');
    const argv = [program, 'dump', '-', 'symbols', '--format', 'nm'];
    const { stdout } = spawnSync(process.execPath, argv, { stdio: [stdin, 'pipe', 'pipe'], encoding: 'latin1' });
    expect(stdout).toBe(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
    const piped = execFileSync('bash', [
      '-c',
      'cat "$2" | "$0" "$1" - 2>&1; echo $?',
      process.execPath,
      program,
      samplePath,
    ]);
    expect(piped.toString()).toMatch(/^kinspect: \/dev\/stdin: it is a FIFO; .*\n3\n$/);
  });

  it('has the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(kinspect('--version').stdout).toBe(`kinspect ${version}\n`);
  });

  it('ends with 2 and 3 where the command line or the file is wrong', () => {
    expect(kinspect('--frobnicate').status).toBe(2);
    expect(kinspect('/nowhere').status).toBe(3);
    expect(kinspect(tempFile(Buffer.from('no'))).stderr).toMatch(/^kinspect: \S+: ELF magic at file offset 0x0: .*\n$/);
  });

  it('ends quietly when the pipe closes', async () => {
    const child = spawn(process.execPath, [program, 'dump', samplePath, 'btf', '--format', 'json']);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const shell = `"$0" "$1" dump "$2" relocs | head -1; echo "\${PIPESTATUS[0]}"`;
    const said = execFileSync('bash', ['-c', shell, process.execPath, program, samplePath], { encoding: 'utf8' });
    expect(said).toMatch(/^place .*\n0\n$/);
  });

  it.runIf(existsSync('/dev/full'))('says in one line that the disk is full', () => {
    const full = openSync('/dev/full', 'w');
    const options = { stdio: ['ignore', full, 'pipe'] as ('ignore' | 'pipe' | number)[], encoding: 'utf8' as const };
    const { status, stderr } = spawnSync(process.execPath, [program, 'dump', samplePath, 'symbols'], options);
    expect(status).toBe(1);
    expect(stderr).toBe('kinspect: standard output: no space is left on the device\n');
  });

  it('does not wait for a terminal that cannot draw', () => {
    const { stdout } = spawnSync(process.execPath, [program, samplePath, '--format', 'text'], { encoding: 'utf8' });
    expect(stdout).not.toContain('\x1b');
  });
});

describe('in a terminal', () => {
  /** All that a command that ends with 0 writes. */
  async function inTerminal(command: readonly string[]): Promise<string> {
    const pty = spawnHeld(command, { rows: 100, columns: 100 });
    onTestFinished(() => pty.dispose());
    await pty.waitFor((at) => heldCode(at) === 0);
    return pty.raw.slice(0, pty.raw.lastIndexOf('\r\nheld 0'));
  }

  it('prints text when text is asked for, and no escape sequence', async () => {
    const said = await inTerminal([process.execPath, program, 'dump', samplePath, 'mcount', '--count', '3']);
    expect(said.split('\r\n').length).toBe(5);
    expect(said).toMatch(/^[\x20-\x7e\r\n]*$/);
  });

  it('prints the overview when the terminal is dumb', async () => {
    // The pseudo-terminal says xterm-256color, so TERM is set behind it.
    const said = await inTerminal(['/usr/bin/env', 'TERM=dumb', process.execPath, program, samplePath]);
    expect(said).toContain('linux_banner');
    expect(said).not.toContain('\x1b');
  });
});
