/** Every code that a reader can complain with, and the sentence that goes with it: structure, file offset, found, expected. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { availability, type ParseErrorCode } from '../../src/errors.ts';
import { Vmlinux } from '../../src/kernel/vmlinux.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { parseError } from '../helpers/parse-error.ts';
import { tempDirectory, tempFile } from '../helpers/temp-file.ts';
import { openKernel, SmallKernel } from './small-kernel.ts';

interface Complaint {
  /** What a reader throws. */
  readonly of: () => unknown;
  readonly message: RegExp | string;
  readonly state: 'malformed' | 'absent' | 'unsupported';
}

const small = (): BuiltElf => new SmallKernel({ raw: [0] }).writer.build();
const opened = (bytes: Uint8Array) => () => Vmlinux.open(tempFile(bytes));
const sectionOf = (file: BuiltElf, name: string) => () => {
  const { elf } = openKernel(file);
  return elf.sectionSource(elf.requireSection(name, 'none'));
};

const complaints: Readonly<Record<ParseErrorCode, Complaint>> = {
  io: { of: () => Vmlinux.open('/no/such/vmlinux'), message: '/no/such/vmlinux: no such file', state: 'malformed' },
  'not-a-file': {
    of: () => Vmlinux.open(tempDirectory()),
    message: /: it is a directory; give the path of a vmlinux, a kernel module or a BTF file$/,
    state: 'malformed',
  },
  'not-elf': {
    of: opened(Buffer.from('hello')),
    message: 'ELF magic at file offset 0x0: found 68 65 6c 6c, expected 7f 45 4c 46: not an ELF file',
    state: 'malformed',
  },
  truncated: {
    of: opened(small().bytes.subarray(0, 40)),
    message:
      'ELF header at file offset 0x0: 64 bytes are needed and 40 are left in the file of 40 bytes; the file is cut off or its headers are damaged',
    state: 'malformed',
  },
  'bad-header': {
    of: () => {
      const file = small();
      file.bytes[4] = 7;
      return opened(file.bytes)();
    },
    message: 'ELF header at file offset 0x4: EI_CLASS is 7, expected 1 (ELF32) or 2 (ELF64)',
    state: 'malformed',
  },
  'out-of-range': {
    of: () => partOf(small().patchSymbol(6, 'st_value', 0xffff800010002000n)),
    message:
      /^mcount region at file offset 0x[0-9a-f]+: its 4080 bytes reach past the end of section 2 \(\.init\.data\), which has 24 left$/,
    state: 'malformed',
  },
  'bad-entry-size': {
    of: () => {
      const { elf } = openKernel(small().patchSection('.symtab', 'sh_entsize', 0));
      return elf.symbolTableOf(elf.requireSection('.symtab', 'none'));
    },
    message: /^section 3 \(\.symtab\) at file offset 0x[0-9a-f]+: sh_entsize is 0, expected 24$/,
    state: 'malformed',
  },
  'bad-string': {
    of: () => openKernel(small().patchSection('.text', 'sh_name', 0xffff)).elf.requireSection('.BTF', 'none'),
    message:
      /^section header 1 at file offset 0x[0-9a-f]+: sh_name is 65535, where no string ends in the \d+ bytes of names$/,
    state: 'malformed',
  },
  'bad-reference': {
    of: () => openKernel(small().patchHeader('e_shstrndx', 99)).elf.requireSection('.BTF', 'none'),
    message: 'ELF header at file offset 0x3e: e_shstrndx is 99 and there is no such section: sections have no names',
    state: 'malformed',
  },
  'bad-value': {
    of: () => partOf(small().patchSymbol(6, 'st_value', 8)),
    message:
      /^mcount region at file offset 0x[0-9a-f]+: __stop_mcount_loc \(0x8\) lies before __start_mcount_loc \(0xffff800010001010\)$/,
    state: 'malformed',
  },
  'bad-compression': {
    of: () => {
      const writer = new ElfWriter();
      writer.compressed('.debug_info', new Uint8Array(100), { ch_size: 99 });
      return sectionOf(writer.build(), '.debug_info')();
    },
    message:
      /^section 1 \(\.debug_info\) at file offset 0x[0-9a-f]+: its data cannot be unpacked to the 99 bytes of ch_size: /,
    state: 'malformed',
  },
  unsupported: {
    of: () => {
      const writer = new ElfWriter();
      writer.compressed('.debug_info', new Uint8Array(100), { ch_type: 9 });
      return sectionOf(writer.build(), '.debug_info')();
    },
    message:
      /^compression header of section 1 \(\.debug_info\) at file offset 0x[0-9a-f]+: ch_type is 9, expected 1 \(zlib\) or 2 \(zstd\)$/,
    state: 'unsupported',
  },
  absent: {
    of: sectionOf(small().patchSection('.text', 'sh_type', 8), '.text'),
    message: 'section 1 (.text): section 1 (.text) is NOBITS: the file holds no bytes of it',
    state: 'absent',
  },
};

/** The region, or what it complains of. */
function partOf(file: BuiltElf): unknown {
  const { mcount } = openKernel(file);
  if (mcount.state === 'malformed') throw mcount.error;
  return mcount;
}

test.each(Object.entries(complaints) as [ParseErrorCode, Complaint][])('%s is said in one line', (code, complaint) => {
  const error = parseError(complaint.of);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(complaint.message);
  const part = availability(() => {
    throw error;
  });
  expect(part.state).toBe(complaint.state);
});

test.runIf(process.platform === 'linux')('a complaint leaves no file open', () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  for (let i = 0; i < 50; i++) parseError(opened(Buffer.from('hello')));
  expect(openFiles()).toBeLessThan(before + 10);
});
