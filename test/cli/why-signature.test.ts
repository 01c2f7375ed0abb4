import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { WhyTarget } from '../../src/cli/why.ts';
import { runSignature } from '../../src/cli/why-signature.ts';
import { closeEvidence, type Evidence, gatherEvidence } from '../../src/explain/evidence.ts';
import { Linker } from '../../src/kernel/links.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { SmallKernel } from '../kernel/small-kernel.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const sample = `${fixtures}sample/vmlinux-aarch64`;
const amd64 = `${fixtures}elf/x86_64-emit-relocs`;

const opened = new Map<string, Promise<Evidence>>();
function evidenceOf(path: string): Promise<Evidence> {
  let evidence = opened.get(path);
  if (evidence === undefined) {
    evidence = gatherEvidence(Vmlinux.open(path));
    opened.set(path, evidence);
  }
  return evidence;
}
afterAll(async () => {
  for (const one of opened.values()) {
    const evidence = await one;
    closeEvidence(evidence);
    evidence.kernel.close();
  }
});

const usual: WhyTarget = {
  file: 'vmlinux',
  btf: undefined,
  btfBase: undefined,
  function: undefined,
  debug: undefined,
  format: 'text',
  encoder: undefined,
  scope: 'function',
  cause: undefined,
  signature: true,
  like: undefined,
  kallsyms: undefined,
  ftrace: undefined,
  live: false,
  machine: undefined,
};

async function run(evidence: Evidence, name: string, options: Partial<WhyTarget> = {}) {
  let out = '';
  let err = '';
  const code = await runSignature(
    evidence,
    { ...usual, function: name, ...options },
    {
      out: (chunk) => {
        out += chunk;
      },
      err: (text) => {
        err += text;
      },
      outIsTerminal: false,
      inIsTerminal: false,
    },
  );
  return { code, out, err };
}

const json = async (evidence: Evidence, name: string, options: Partial<WhyTarget> = {}) => {
  const { code, out } = await run(evidence, name, { ...options, format: 'json' });
  return { code, ...(JSON.parse(out) as Record<string, unknown>) };
};

const withoutDwarf = async (path: string): Promise<Evidence> => ({
  ...(await evidenceOf(path)),
  dwarf: { state: 'absent', reason: 'the file has no .debug_info' },
});

test('from DWARF, where there is no record: the article of tty_write in 14 lines', async () => {
  const { code, out, err } = await run(await evidenceOf(sample), 'tty_write');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(`tty_write: variant 2 of the 2 that are known
file          vmlinux
prototype     ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)
              [no FUNC record; DWARF, DIE 0x65ec in drivers/tty/tty_io.c]

Known variants
at first      ssize_t tty_write(struct file *, const char *, size_t, loff_t *)
since 5.11    ssize_t tty_write(struct kiocb *, struct iov_iter *)
              [this kernel; 9bb48c82aced tty: implement write_iter; also in
              5.10.11]
`);
});

test('from the record where there is one, and nothing is said of changes that are not known', async () => {
  const { out } = await run(await evidenceOf(amd64), 'tty_write');
  expect(out).toMatch(/\[FUNC record, type id \d+, section \d+ \(\.BTF\)\]/);
  const other = await run(await evidenceOf(sample), 'do_idle');
  expect(other.out.split('\n')[0]).toBe('do_idle: no changes of its prototype are known');
  expect(other.out).not.toContain('Known variants');
});

test('no line is wider than 80, and a prototype breaks between its parameters only', () => {
  return Promise.all(
    [sample, amd64].map(async (path) => {
      const evidence = await evidenceOf(path);
      const { out } = await run(evidence, 'tty_write', { file: `/a/very/long/path/${'to/'.repeat(30)}vmlinux` });
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      expect(out).not.toContain('\u00a0');
    }),
  );
});

test('JSON says the same, and null where there is no such function', async () => {
  expect(await json(await evidenceOf(sample), 'tty_write')).toEqual({
    code: 0,
    schema: 1,
    command: 'why',
    file: 'vmlinux',
    function: 'tty_write',
    signature: {
      prototype: 'ssize_t tty_write(struct kiocb *iocb, struct iov_iter *from)',
      types: 'ssize_t tty_write(struct kiocb *, struct iov_iter *)',
      source: { kind: 'dwarf', from: sample, die: '0x65ec', unit: 'drivers/tty/tty_io.c' },
      variant: 1,
      listed: true,
      variants: [
        {
          prototype: 'ssize_t tty_write(struct file *, const char *, size_t, loff_t *)',
          since: null,
          stable: [],
          commit: null,
          subject: null,
        },
        {
          prototype: 'ssize_t tty_write(struct kiocb *, struct iov_iter *)',
          since: '5.11',
          stable: ['5.10.11'],
          commit: '9bb48c82aced',
          subject: 'tty: implement write_iter',
        },
      ],
    },
    reason: null,
  });
  expect(await json(await evidenceOf(sample), 'tty_wriet')).toMatchObject({ code: 1, signature: null });
});

test('an unknown function is a sentence with the nearest names, and exit code 1', async () => {
  const { code, out, err } = await run(await evidenceOf(sample), 'tty_wriet');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('there is no FUNC record of tty_wriet, and DWARF describes no function of this name');
  expect(err).toMatch(/did you mean tty_write[,?]/);
});

describe('without DWARF', () => {
  test('a function that the same commit changed tells the variant', async () => {
    expect(await json(await withoutDwarf(sample), 'tty_write')).toMatchObject({
      code: 0,
      signature: {
        prototype: 'ssize_t tty_write(struct kiocb *, struct iov_iter *)',
        source: { kind: 'stand-in', function: 'redirected_tty_write', typeId: 313, tie: 'commits', like: null },
        variant: 1,
      },
    });
  });

  test('else a function in the same slot with the types that another kernel has', async () => {
    // hung_up_tty_write has a history of its own, and console_fops and hung_up_tty_fops have one slot for it.
    const { code, signature } = (await json(await withoutDwarf(sample), 'hung_up_tty_write', { like: amd64 })) as never;
    expect({ code, signature }).toMatchObject({
      code: 0,
      signature: {
        prototype: 'ssize_t hung_up_tty_write(struct kiocb *iocb, struct iov_iter *from)',
        source: {
          kind: 'stand-in',
          function: 'redirected_tty_write',
          tie: 'like',
          like: amd64,
          table: { kind: 'same-slot', wanted: 'hung_up_tty_fops+0x20', standIn: 'console_fops+0x20' },
        },
      },
    });
  });

  test('that some function has the types is no answer', async () => {
    const { code, err } = await run(await withoutDwarf(sample), 'n_tty_open', { like: amd64 });
    expect(code).toBe(1);
    expect(err).toContain('no FUNC record of n_tty_open');
    // It is a function of this kernel: nothing was misspelt.
    expect(err).not.toContain('did you mean');
  });
});

/** A kernel whose only record is `name`, with these parameters. */
function kernelWith(name: string, ...types: readonly string[]): Evidence {
  const small = new SmallKernel({ raw: [0n] });
  const btf = new BtfWriter();
  const int = btf.int('int', 4, 1);
  const parameters = types.map((type, i) => [`p${i}`, btf.pointer(btf.forward(type))] as const);
  btf.func(name, btf.proto(int, parameters));
  if (types.length > 1) btf.func(name, btf.proto(int, parameters.slice(1)));
  small.writer.section('.BTF', { bytes: btf.build() });
  const kernel = small.open();
  const dwarf = { state: 'absent', reason: 'the file has no .debug_info' } as const;
  return { kernel, linker: new Linker(kernel), dwarf, running: undefined };
}

test('a prototype that nobody wrote down is said to be none of the known ones, and shown', async () => {
  const { code, out } = await run(kernelWith('vfs_rename', 'surprise'), 'vfs_rename');
  expect(code).toBe(0);
  expect(out).toContain('vfs_rename: none of the 2 variants that are known\n');
  expect(out).toContain('prototype     int vfs_rename(struct surprise *p0)\n');
  expect(out).not.toContain('this kernel');
  expect(await json(kernelWith('vfs_rename', 'surprise'), 'vfs_rename')).toMatchObject({
    signature: { variant: null, listed: true, variants: [{}, {}] },
  });
});

test('records of one name with other types are listed', async () => {
  const { out } = await run(kernelWith('probe', 'device', 'driver'), 'probe');
  expect(out).toContain('prototype     int probe(struct device *p0, struct driver *p1)\n');
  expect(out).toContain('also          int probe(struct driver *)\n');
});
