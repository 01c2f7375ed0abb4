import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Availability } from '../../src/errors.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { BtfWriter } from '../helpers/btf-writer.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { tempDirectory, tempFile } from '../helpers/temp-file.ts';
import { functions, openKernel, SmallKernel } from './small-kernel.ts';

function btf(): Uint8Array {
  const writer = new BtfWriter();
  const int = writer.int('int', 4);
  writer.pointer(int);
  return writer.build();
}

/** A kernel with every part. */
function whole(): BuiltElf {
  const kernel = new SmallKernel({ raw: [0, 0, 0, 0] });
  const { writer } = kernel;
  const entries = functions.map((name, i) => ({ place: kernel.place(i), type: 1027, addend: kernel.address(name) }));
  writer.rela('.rela.dyn', entries, { flags: 'A' });
  writer.section('.BTF', { flags: 'A', bytes: btf() });
  writer.notes('.notes', [{ owner: 'GNU', type: 3, desc: Buffer.from('0011', 'hex') }]);
  writer.segment({ of: '.text' });
  return writer.build();
}

interface Parts {
  readonly sections: string;
  readonly segments: string;
  readonly symbols: string;
  readonly relocations: string;
  readonly mcount: string;
  readonly btf: string;
  readonly buildId: string;
}

function partsOf(kernel: Vmlinux): Parts {
  const say = <T>(part: Availability<T>): string =>
    part.state === 'ready' ? 'ready' : `${part.state}: ${part.reason}`;
  const { broken } = kernel.relocations;
  return {
    sections: say(kernel.elf.sectionTable),
    segments: say(kernel.elf.segmentTable),
    symbols: say(kernel.symbols),
    relocations: broken[0]?.reason ?? 'ready',
    mcount: say(kernel.mcount),
    btf: say(kernel.btf),
    buildId: say(kernel.elf.buildId()),
  };
}

const ready: Parts = {
  sections: 'ready',
  segments: 'ready',
  symbols: 'ready',
  relocations: 'ready',
  mcount: 'ready',
  btf: 'ready',
  buildId: 'ready',
};

test('a whole kernel has every part', () => {
  expect(partsOf(openKernel(whole()))).toEqual(ready);
});

const place = 'at file offset 0x[0-9a-f]+';
test.each<[string, (file: BuiltElf) => BuiltElf, Partial<Record<keyof Parts, RegExp>>]>([
  [
    'a symbol table outside the file',
    (file) => file.patchSection('.symtab', 'sh_offset', 2n ** 40n),
    {
      symbols: new RegExp(
        `^malformed: section 6 \\(\\.symtab\\) ${place}: sh_offset 0x10000000000 \\+ sh_size 0x[0-9a-f]+ is past the end of the file \\(0x[0-9a-f]+\\)$`,
      ),
      mcount: /^malformed: section 6 \(.symtab\) .* __start_mcount_loc and __stop_mcount_loc are not found$/,
    },
  ],
  [
    'relocations of a wrong entry size',
    (file) => file.patchSection('.rela.dyn', 'sh_entsize', 0),
    {
      relocations: new RegExp(`^section 3 \\(\\.rela\\.dyn\\) ${place}: sh_entsize is 0, expected 24 for RELA$`),
    },
  ],
  [
    'BTF of another magic',
    (file) => {
      file.bytes[file.place('.BTF').offset] = 0;
      return file;
    },
    { btf: new RegExp(`^malformed: BTF header ${place}: it begins with 00 eb`) },
  ],
  [
    'BTF that is cut off',
    (file) => file.patchSection('.BTF', 'sh_size', 10),
    {
      btf: new RegExp(
        `^malformed: BTF header ${place}: 24 bytes are needed and 10 are left in section 4 \\(\\.BTF\\) of 10 bytes`,
      ),
    },
  ],
  [
    'a stop before the start',
    (file) => file.patchSymbol(6, 'st_value', 8),
    {
      mcount: new RegExp(`^malformed: mcount region ${place}: __stop_mcount_loc \\(0x8\\) lies before`),
    },
  ],
  [
    'segments outside the file',
    (file) => file.patchHeader('e_phoff', 2n ** 63n),
    {
      segments: /^malformed: ELF header at file offset 0x20: e_phoff is a number past 2\^53/,
    },
  ],
  [
    'notes outside the file',
    (file) => file.patchSection('.notes', 'sh_size', 0x10_0000),
    {
      buildId: new RegExp(`^malformed: note ${place}: 1048576 bytes are needed and`),
    },
  ],
])('%s takes its own part away and no other', (_, damage, expected) => {
  const parts = partsOf(openKernel(damage(whole())));
  for (const name of Object.keys(ready) as (keyof Parts)[]) {
    if (expected[name] === undefined) expect([name, parts[name]]).toEqual([name, 'ready']);
    else expect(parts[name]).toMatch(expected[name]);
  }
});

test('without sections every part says why, and what the segments give stays', () => {
  const parts = partsOf(openKernel(whole().patchHeader('e_shentsize', 1)));
  const reason = 'ELF header at file offset 0x3a: e_shentsize is 1, expected 64';
  expect(parts).toMatchObject({ sections: `malformed: ${reason}`, segments: 'ready', btf: `malformed: ${reason}` });
  expect(parts.symbols).toBe(`malformed: ${reason}`);
});

test('without section names what is found by name says why, and what is found by type stays', () => {
  const parts = partsOf(openKernel(whole().patchHeader('e_shstrndx', 0)));
  expect(parts).toEqual({
    ...ready,
    btf: expect.stringMatching(/^malformed: ELF header at file offset 0x3e: e_shstrndx is 0/),
  });
});

test('a kernel without BTF is told how to bring some', () => {
  const { btf: part } = openKernel(new SmallKernel({ raw: [0] }).writer.build());
  expect(part).toMatchObject({
    state: 'absent',
    reason: expect.stringMatching(/^no \.BTF section: .*--btf FILE gives it another$/),
  });
});

test('BTF is taken from a raw file or another ELF file, on top of a base', () => {
  const raw = tempFile(btf(), 'raw.btf');
  const other = tempFile(whole().bytes, 'other');
  const given = new SmallKernel({ raw: [0] }).writer.build();
  const from = (path: string, btfBase?: string) => {
    const { btf: part } = openKernel(given, { btf: path, btfBase });
    return part.state === 'ready' ? [part.value.from, part.value.btf.firstId] : part;
  };
  expect(from(raw)).toEqual([raw, 1]);
  expect(from(other)).toEqual([`${other}, section 4 (.BTF)`, 1]);
  const base = new BtfWriter();
  base.int('int', 4);
  const split = new BtfWriter({ base });
  split.pointer(1);
  expect(from(tempFile(split.build(), 'module.btf'), tempFile(base.build(), 'base.btf'))).toEqual([
    expect.any(String),
    2,
  ]);
});

test.each<[string, Uint8Array, string]>([
  ['text', Buffer.from('hello'), 'BTF header at file offset 0x0: it begins with 68 65'],
  [
    'ELF without .BTF',
    new SmallKernel({ raw: [0] }).writer.build().bytes,
    '.BTF: it is an ELF file without a .BTF section',
  ],
  [
    'broken ELF',
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1),
    'ELF header at file offset 0x0: 16 bytes are needed and 7 are left',
  ],
])('a --btf file that is %s is named in the complaint', (_, bytes, expected) => {
  const path = tempFile(bytes, 'given.btf');
  const { btf: part } = openKernel(whole(), { btf: path });
  expect(part.state).toBe('malformed');
  expect(part.state !== 'ready' && part.reason.startsWith(`${path}, ${expected}`)).toBe(true);
});

test('a file that cannot be opened, is no file, or is no ELF is a complaint in one line', () => {
  const directory = tempDirectory();
  const path = (name: string) => join(directory, name);
  writeFileSync(path('text'), 'hello');
  writeFileSync(path('empty'), '');
  execFileSync('mkfifo', [path('fifo')]);
  const complaint = (name: string) => parseError(() => Vmlinux.open(path(name)));
  expect(complaint('none').code).toBe('io');
  expect(complaint('.').code).toBe('not-a-file');
  expect(complaint('fifo').code).toBe('not-a-file');
  expect(complaint('empty').code).toBe('truncated');
  expect(complaint('text').code).toBe('not-elf');
});

test('a file that shrinks while it is open leaves what was read, and what was not complains', () => {
  const path = tempFile(whole().bytes);
  const kernel = Vmlinux.open(path);
  expect(kernel.symbols.state).toBe('ready');
  truncateSync(path, 100);
  expect(kernel.symbols.state).toBe('ready');
  expect(kernel.btf).toMatchObject({
    state: 'malformed',
    reason: expect.stringMatching(/the file became shorter while it was open/),
  });
  expect(kernel.mcount).toMatchObject({
    state: 'malformed',
    reason: expect.stringMatching(/^mcount region at file offset/),
  });
  expect(parseError(() => kernel.relocations.row(0)).code).toBe('truncated');
  kernel.close();
  kernel.close();
});

test('an image of the other byte order and class has its parts too', () => {
  for (const options of [
    { class: 32, bigEndian: true, machine: 'arm' },
    { bigEndian: true, machine: 's390x' },
  ] as const) {
    const kernel = openKernel(new SmallKernel({ ...options, raw: [0, 0] }).writer.build());
    expect(partsOf(kernel)).toMatchObject({ sections: 'ready', symbols: 'ready', mcount: 'ready' });
  }
});

test('a module of one empty section is opened', () => {
  const writer = new ElfWriter({ type: 'REL' });
  writer.section('.text', { flags: 'AX' });
  const kernel = openKernel(writer.build());
  expect(partsOf(kernel)).toMatchObject({ sections: 'ready', symbols: 'absent: no .symtab section: it was stripped' });
});
