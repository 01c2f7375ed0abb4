/** What is damaged is told by every command that draws answers from it, in the words of the command that shows it. */
import { describe, expect, test } from 'vitest';
import { cli, samplePath } from '../cli/collect.ts';
import * as dwarf from '../helpers/dwarf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { at, kernel, kernelWithBtf, kernelWithDwarf, slot } from './case.ts';

interface Part {
  readonly bytes: () => Uint8Array;
  /** The command that shows it. */
  readonly shown: string;
  readonly says: string;
  /** Of `why`; the part hides functions, or none. */
  readonly code: number;
}

const unit = dwarf.unit(
  dwarf.die('compile_unit', { name: dwarf.strp('a.c') }, [
    dwarf.die('subprogram', { name: dwarf.strp('alpha'), low_pc: dwarf.addr(at(0)) }),
  ]),
);

const parts: Readonly<Record<string, Part>> = {
  'the symbol table': {
    bytes: () => kernel().patchSection('.symtab', 'sh_entsize', 0).bytes,
    shown: 'dump FILE symbols',
    says: 'section 4 (.symtab) at file offset 0x3e0: sh_entsize is 0, expected 24',
    code: 3,
  },
  'a name of it': {
    bytes: () => kernel().patchSymbol(2, 'st_name', 0xffff_ffff).bytes,
    shown: 'dump FILE symbols',
    says: 'symbol 2 of section 4 (.symtab) at file offset 0x1f0: st_name is 4294967295, past the 61 bytes of section 5 (.strtab)',
    code: 1,
  },
  'the mcount region': {
    bytes: () => kernel({ bounds: [['__start_mcount_loc', slot(0)]] }).bytes,
    shown: 'dump FILE mcount',
    says: 'mcount region at file offset 0x238: __start_mcount_loc is there and __stop_mcount_loc is missing',
    code: 1,
  },
  'relocations of its slots': {
    bytes: () => kernel().patchSection('.rela.dyn', 'sh_entsize', 23).bytes,
    shown: 'dump FILE mcount',
    says: 'mcount region: relocations may be missing: section 3 (.rela.dyn) at file offset 0x3a0: sh_entsize is 23, expected 24 for RELA',
    code: 1,
  },
  'the BTF': {
    bytes: () => kernelWithBtf((writer) => writer.build({ version: 2 })),
    shown: 'dump FILE btf',
    says: 'BTF header at file offset 0x1c2: version 2; only version 1 is known',
    code: 3,
  },
  'a unit of the DWARF': {
    bytes: () => kernelWithDwarf([unit, unit], {}, ({ info, units }) => info.set([9], (units[1] ?? 0) + 4)),
    shown: 'replay FILE --format tsv',
    says: 'a unit is missing: unit at .debug_info+0x1e: DWARF version 9, and versions 2 to 5 are known',
    code: 1,
  },
};

describe.each(Object.entries(parts))('%s', (name, { bytes, shown, says, code }) => {
  const run = async (argv: string) => {
    const file = tempFile(bytes());
    const names: Readonly<Record<string, string>> = { FILE: file, HOST: samplePath };
    const answer = await cli(argv.split(' ').map((word) => names[word] ?? word));
    return { ...answer, err: answer.err.replaceAll(file, 'FILE') };
  };
  const line = `kinspect: FILE: ${says}\n`;

  test(`is told by ${shown}`, async () => {
    expect((await run(shown)).err).toBe(line);
  });

  test.each(['alpha', '--all', '--summary'])('and by why %s', async (what) => {
    const answer = await run(`why FILE ${what}`);
    expect(answer.err).toContain(line);
    expect(answer.code).toBe(code === 1 && what !== 'alpha' ? 0 : code);
  });

  test('and by compare, on either side', async () => {
    for (const argv of ['compare FILE HOST alpha', 'compare HOST FILE alpha'])
      expect((await run(argv)).err, `${name}: ${argv}`).toContain(line);
  });
});

test('a replay without symbols is none', async () => {
  const built = kernelWithDwarf([unit]);
  const file = tempFile(built);
  const sound = await cli(['replay', file, '--format', 'tsv']);
  expect(sound).toMatchObject({ code: 0, err: '' });
  const broken = Buffer.from(built);
  // Its row is the only one whose sh_entsize is that of a symbol, and of a RELA entry, which comes first.
  const entry = Buffer.from([24, 0, 0, 0, 0, 0, 0, 0]);
  broken[broken.lastIndexOf(entry)] = 23;
  const answer = await cli(['replay', tempFile(broken), '--format', 'tsv']);
  expect(answer.err).toContain('(.symtab) at file offset');
  expect(answer.err).toContain('sh_entsize is 23, expected 24');
  expect(answer.code).toBe(3);
});

describe('the report does not say of what cannot be read that it is not there', () => {
  const out = async (bytes: Uint8Array, name = 'alpha'): Promise<string> =>
    (await cli(['why', tempFile(bytes), name])).out.replaceAll(/\s+/g, ' ');

  test.each([
    ['the symbol table', 'nothing that can be read has this name; the symbols cannot be read'],
    ['the BTF', 'alpha: whether it has a BTF FUNC record cannot be read'],
    ['relocations of its slots', "none of the 4 slots is the function's: of those that could be read; mcount region:"],
  ])('%s', async (part, words) => {
    expect(await out(parts[part]?.bytes() ?? new Uint8Array(0))).toContain(words);
  });
});
