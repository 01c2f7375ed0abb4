import { describe, expect, it } from 'vitest';
import { cli, samplePath } from './collect.ts';

const usage = async (...argv: string[]) => {
  const answer = await cli(argv);
  expect(answer.out).toBe('');
  expect(answer.code).toBe(2);
  expect(answer.err).toMatch(/^kinspect: /);
  return answer.err;
};

describe('help and version', () => {
  it.each([[['--help']], [['-h']], [['dump', '--help']], [['replay', '--help']], [['dump', '-h', 'file', 'symbols']]])(
    'prints %j on standard output in 80 columns, examples first',
    async (argv) => {
      const { code, out, err } = await cli(argv);
      expect(code).toBe(0);
      expect(err).toBe('');
      expect(out).toMatch(/^Usage: kinspect/);
      expect(out.indexOf('Examples:')).toBeLessThan(out.indexOf('Options:'));
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      expect(out).toMatch(/^[\x20-\x7e\n]*$/);
    },
  );

  it('prints the version', async () => {
    expect((await cli(['--version'])).out).toBe('kinspect 1.2.3\n');
    expect((await cli(['-V'])).code).toBe(0);
    expect((await cli(['dump', '-V'])).out).toBe('kinspect 1.2.3\n');
  });
});

describe('a command line that is wrong', () => {
  it('names the option that was probably meant', async () => {
    expect(await usage('--fromat', 'json')).toContain('unknown option --fromat; did you mean --format?');
    expect(await usage('--colour=never')).toContain('did you mean --color?');
    expect(await usage('--frobnicate')).toMatch(/unknown option --frobnicate\n/);
    expect(await usage('-x')).toContain('unknown option -x');
  });

  it('names the command that was probably meant', async () => {
    expect(await usage('dmup', 'vmlinux', 'symbols')).toContain('unknown command dmup; did you mean dump?');
    expect(await usage('one', 'two')).toContain('Usage: kinspect [OPTION]... [FILE]');
  });

  it('shows the usage line when an operand is missing', async () => {
    expect(await usage('dump')).toContain('Usage: kinspect dump');
    expect(await usage('dump', 'vmlinux')).toContain('symbols, relocs, mcount, btf, sections');
    expect(await usage('dump', 'vmlinux')).toContain("Try 'kinspect dump --help'.");
    expect(await usage('replay')).toContain('Usage: kinspect replay');
  });

  it('says what a value can be', async () => {
    expect(await usage('dump', 'vmlinux', 'sybmols')).toContain('did you mean symbols?');
    expect(await usage('dump', 'vmlinux', 'symbols', '--format', 'gdb')).toContain('text, json, ndjson or nm');
    expect(await usage('--format', 'jsno')).toContain('did you mean json?');
    expect(await usage('--color=sometimes')).toContain('auto, always or never');
    expect(await usage('--format')).toContain('--format needs a value');
    expect(await usage('--no-mouse=1')).toContain('--no-mouse takes no value');
    expect(await usage('dump', 'vmlinux', 'mcount', '--count', '0')).toContain('from 1 on');
    expect(await usage('dump', 'vmlinux', 'mcount', '--count', '1e3')).toContain('--count');
    expect(await usage('dump', 'vmlinux', 'mcount', '--count=')).toContain('empty');
  });

  it('refuses an option where it means nothing', async () => {
    expect(await usage('dump', 'vmlinux', 'symbols', '--section', '.text')).toContain('not for symbols');
    expect(await usage('dump', 'vmlinux', 'symbols', '--count', '3')).toContain('not for symbols');
    expect(await usage('dump', 'vmlinux', 'mcount', '--mcount', 'relocated')).toContain('--format gdb and r2');
    expect(await usage('dump', 'vmlinux', 'symbols', '--no-mouse')).toContain('belongs to kinspect FILE');
    expect(await usage('dump', 'vmlinux', 'symbols', 'more')).toContain('too much');
    expect(await usage('dump', 'vmlinux', 'symbols', '--cu', 'x')).toContain('--cu belongs to kinspect replay');
    expect(await usage('replay', 'vmlinux', 'more')).toContain('too much');
    expect(await usage('vmlinux', '--mcount', 'raw')).toContain('belongs to kinspect dump and kinspect replay');
  });

  it.each([
    [['why'], 'why needs a FILE and a FUNCTION'],
    [['why', 'f'], 'why needs a FUNCTION, or --all or --summary'],
    [['why', '--live'], 'why needs a FUNCTION, or --all or --summary'],
    [['why', '--live', 'f', 'a', 'b'], 'why takes one FUNCTION; b is too much'],
    [['dump', 'f', 'btf', '--kallsyms', 'g'], '--kallsyms is for dump FILE symbols, not for btf'],
    [['dump', 'f', 'symbols', '--format', 'nm', '--ftrace', 'g'], '--ftrace adds columns to text, json and ndjson'],
    [['dump', 'f', 'symbols', '--live'], '--live belongs to kinspect FILE and kinspect why'],
    [['why', 'f', 'a', 'b'], 'why takes one FUNCTION; b is too much'],
    [['why', 'f', 'a', '--all'], '--all asks about every function, not a'],
    [['why', 'f', '--all', '--summary'], '--all and --summary exclude each other'],
    [['why', 'f', 'a', '--cause', 'clone'], '--cause chooses among the rows of --all'],
    [['why', 'f', '--all', '--signature'], '--signature is for one FUNCTION, not for --all'],
    [['compare', 'f'], 'compare needs two FILEs'],
    [['dump', 'f', 'btf', '--like', 'g'], '--like belongs to kinspect why'],
  ])('%j: %s', async (words, complaint) => {
    expect(await usage(...words)).toContain(complaint);
  });

  it('lets nothing of the arguments through raw', async () => {
    expect(await usage('--\x1b[31m')).toContain('--\\x1b[31m');
    expect(await usage('dump', 'f', 'a\u202e')).toContain('a\\u{202e}');
  });
});

describe('the screens', () => {
  it('open FILE, or the sample', async () => {
    expect((await cli(['vmlinux'], { terminal: true })).opened?.path).toBe('vmlinux');
    expect((await cli([], { terminal: true })).opened?.path).toBe(samplePath);
  });

  it('get the options, wherever they stand', async () => {
    const argv = ['--no-mouse', 'vmlinux', '--btf', 'a.btf', '--btf-base=b', '--color', '--no-alt-screen'];
    const { opened } = await cli(argv, { terminal: true });
    expect(opened?.options).toEqual({
      file: 'vmlinux',
      btf: 'a.btf',
      btfBase: 'b',
      color: 'always',
      mouse: false,
      alternateScreen: false,
      format: undefined,
      live: false,
    });
    expect((await cli(['--no-color'], { terminal: true })).opened?.options.color).toBe('never');
    expect((await cli(['--color=auto'], { terminal: true })).opened?.options.color).toBe('auto');
  });

  it('take what follows -- as a file, whatever it looks like', async () => {
    expect((await cli(['--', 'dump'], { terminal: true })).opened?.path).toBe('dump');
    expect((await cli(['--', '--help'], { terminal: true })).opened?.path).toBe('--help');
    expect((await cli(['./dump'], { terminal: true })).opened?.path).toBe('./dump');
  });

  it('take - for standard input', async () => {
    expect((await cli(['-'], { terminal: true })).opened?.path).toBe('/dev/stdin');
  });

  it('are not opened when text is asked for, or cannot be shown', async () => {
    const asked = await cli([samplePath, '--format', 'text'], { terminal: true });
    expect(asked.opened).toBeUndefined();
    expect(asked.out).toContain('linux_banner');
    expect((await cli([samplePath])).out).toBe(asked.out);
  });
});
