import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/kernel/config.ts';
import { type Fact, kernelFacts } from '../../src/kernel/facts.ts';
import { type OpenOptions, Vmlinux } from '../../src/kernel/vmlinux.ts';
import { fixture, samplePath } from '../cli/collect.ts';
import { type BuiltElf, ElfWriter } from '../helpers/elf-writer.ts';
import { tempFile } from '../helpers/temp-file.ts';

function facts(path: string, options: OpenOptions = {}): Record<string, Fact> {
  const kernel = Vmlinux.open(path, options);
  const found = Object.fromEntries(kernelFacts(kernel).map((fact) => [fact.id, fact]));
  kernel.close();
  return found;
}
const built = (file: BuiltElf) => facts(tempFile(file.bytes));

const relaOf = (fact: Fact | undefined): Record<string, number> => (fact?.data?.rela ?? {}) as Record<string, number>;

const banner =
  'Linux version 6.6.6-kinspect (who@where) (gcc-13 (Debian (x) 13) 13.1, GNU ld (GNU Binutils) 2.40) #1 SMP (2024)\n';

describe('the facts of the sample', () => {
  const sample = facts(samplePath);

  it('say what it is and where that was read', () => {
    expect(sample.machine).toMatchObject({ value: 'aarch64, ELF64, little-endian, ET_DYN', state: 'ready' });
    expect(sample.banner?.value).toMatch(/^Linux version 5\.10\.0-kinspect /);
    expect(sample.banner?.where).toMatch(/^linux_banner at file offset 0x[0-9a-f]+$/);
    expect(sample.compiler?.data).toEqual({
      compiler: 'aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0',
      linker: 'GNU ld (GNU Binutils for Debian) 2.40',
    });
    expect(sample['build-id']?.value).toMatch(/^[0-9a-f]{40}$/);
    expect(sample.config?.data).toMatchObject({ CONFIG_DEBUG_INFO_BTF: 'y', CONFIG_RELOCATABLE: 'y' });
    expect(sample.btf?.data).toMatchObject({ version: 1 });
    expect(sample.dwarf?.data).toMatchObject({ versions: { 4: expect.any(Number) } });
  });

  it('say that its relocations are for the boot code, and that the file has none applied', () => {
    expect(sample.relocatable?.value).toMatch(/^yes: \d+ relocations for the boot code; CONFIG_RELOCATABLE=y$/);
    const rela = relaOf(sample.applied);
    expect(rela).toMatchObject({ addend: 0, other: 0, unreadable: 0 });
    expect(rela.zero).toBe(rela.entries);
    expect(sample.mcount?.value).toMatch(/^\d+ slots, all zero in the file$/);
  });

  it('are made once', () => {
    const kernel = Vmlinux.open(samplePath);
    expect(kernelFacts(kernel)).toBe(kernelFacts(kernel));
    kernel.close();
  });
});

describe('the facts of other forms', () => {
  it('tell RELR, --emit-relocs, applied addends and modules apart', () => {
    expect(facts(fixture('aarch64-relr')).applied?.value).toMatch(/places with the addend in the bytes/);
    const x86 = facts(fixture('x86_64-emit-relocs'));
    expect(x86.relocatable?.value).toMatch(/^linked at a fixed address, with \d+ relocations kept by --emit-relocs/);
    expect(x86.applied?.value).toBe('yes: the linker applied all it kept');
    const s390 = facts(fixture('s390x'));
    expect(s390.machine?.value).toBe('s390x, ELF64, big-endian, ET_EXEC');
    const rela = relaOf(s390.applied);
    expect(rela.addend).toBe(rela.entries);
    const module = facts(fixture('x86_64-module.ko'));
    expect(module.relocatable?.value).toMatch(/^a module or object file/);
    expect(module.btf).toMatchObject({ state: 'unsupported', value: expect.stringContaining('--btf-base') });
  });

  it('count what stands at the places', () => {
    const base = 0xffff_8000_1000_0000n;
    const elf = new ElfWriter();
    const words = elf.words([0, base + 8n, 7, 0]);
    elf.section('.data', { flags: 'WA', addr: base, bytes: words });
    elf.section('.bss', { type: 'NOBITS', flags: 'WA', addr: base + 0x100n, size: 8 });
    const entry = (offset: bigint) => ({ place: base + offset, type: 1027, addend: base + 8n });
    const entries = [0n, 8n, 16n, 28n, 0x100n, 0x9999n].map(entry);
    elf.rela('.rela.dyn', [...entries, { place: 0, type: 0 }], { flags: 'A' });
    elf.relr('.relr.dyn', [base, base + 8n]);
    const { applied } = built(elf.build());
    expect(applied?.data).toEqual({
      rela: { entries: 6, zero: 1, addend: 1, other: 1, unreadable: 3 },
      inPlace: { entries: 2, zero: 1, unreadable: 0 },
    });
    expect(applied?.where).toBe('each entry of .rela.dyn, .relr.dyn and the word at its place');
  });
});

describe('what no symbol leads to', () => {
  it('finds the banner by its text, and the compiler in it', () => {
    const elf = new ElfWriter();
    // A string that only speaks of versions comes first; the banner crosses a block of the search.
    const bytes = Buffer.alloc((1 << 20) + 4096);
    bytes.write('Linux version of something\0', 64);
    bytes.write(banner, (1 << 20) - 5);
    elf.section('.rodata', { flags: 'A', addr: 0x10000, bytes });
    const found = built(elf.build());
    expect(found.banner).toMatchObject({ value: banner.trimEnd(), data: { release: '6.6.6-kinspect' } });
    expect(found.banner?.where).toMatch(/^section 1 \(\.rodata\) at file offset 0x[0-9a-f]+, found by its text$/);
    expect(found.compiler?.data).toEqual({
      compiler: 'gcc-13 (Debian (x) 13) 13.1',
      linker: 'GNU ld (GNU Binutils) 2.40',
    });
  });

  it('takes the compiler from .comment where there is no banner', () => {
    const elf = new ElfWriter();
    elf.section('.comment', { bytes: Buffer.from('\0GCC: (x) 12\0clang 15\0GCC: (x) 12\0') });
    expect(built(elf.build()).compiler).toMatchObject({
      value: 'GCC: (x) 12; clang 15',
      where: expect.stringMatching(/^section 1 \(\.comment\) at file offset 0x/),
    });
  });

  const config = gzipSync(
    '#\n# Linux/x86 6.6.6\n#\nCONFIG_DEBUG_INFO_BTF=y\n# CONFIG_KPROBES is not set\nCONFIG_CC_VERSION_TEXT="gcc 13"\n',
  );
  const withConfig = (bytes: Uint8Array): ElfWriter => {
    const elf = new ElfWriter();
    elf.section('.rodata', { flags: 'A', addr: 0x1000, bytes });
    return elf;
  };
  const marked = (packed: Uint8Array) => Buffer.concat([Buffer.from('__IKCFG_ST'), packed, Buffer.from('IKCFG_ED')]);

  it('finds the configuration by its mark', () => {
    const found = built(withConfig(marked(config)).build()).config;
    expect(found).toMatchObject({
      state: 'ready',
      data: { options: 2, CONFIG_DEBUG_INFO_BTF: 'y', CONFIG_CC_VERSION_TEXT: 'gcc 13', CONFIG_RELOCATABLE: null },
    });
  });

  it('finds it by its symbol, also where the symbol names the mark (before Linux 5.1)', () => {
    for (const value of [0x1002, 0x100a]) {
      const elf = withConfig(marked(config));
      elf.symbol('kernel_config_data', { section: '.rodata', value });
      expect(built(elf.build()).config?.state).toBe('ready');
    }
  });

  it('does not believe it: no end, no gzip, more than a configuration can be', () => {
    const cut = Buffer.concat([Buffer.from('__IKCFG_ST'), config]);
    const unended = built(withConfig(cut).build()).config;
    expect(unended?.state).toBe('malformed');
    expect(unended?.value).toMatch(
      /^embedded configuration at file offset 0x[0-9a-f]+: no IKCFG_ED mark ends it in the \d+ bytes that follow$/,
    );
    const broken = Uint8Array.from(config);
    broken[20] = (broken[20] ?? 0) ^ 0xff;
    expect(built(withConfig(marked(broken)).build()).config?.value).toMatch(
      /^embedded configuration at file offset 0x[0-9a-f]+: it cannot be unpacked/,
    );
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    expect(built(withConfig(marked(bomb)).build()).config).toMatchObject({ state: 'malformed' });
  });
});

describe('parseConfig', () => {
  it('takes what is set', () => {
    const text = 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=m\nCONFIG_D=""\n CONFIG_E=y\nCONFIG_F=0x10';
    expect([...parseConfig(text)]).toEqual([
      ['CONFIG_A', 'y'],
      ['CONFIG_C', 'm'],
      ['CONFIG_D', '""'],
      ['CONFIG_F', '0x10'],
    ]);
  });
});

describe('a file with nothing in it', () => {
  it('has a reason for every fact', () => {
    const found = built(new ElfWriter({ noSectionTable: true }).build());
    for (const fact of Object.values(found)) {
      expect(fact.value).not.toMatch(/undefined|NaN|\[object/);
      expect(fact.value).not.toBe('');
    }
    expect(found.machine?.state).toBe('ready');
    expect(found.symbols?.state).toBe('absent');
    expect(found.mcount?.state).toBe('absent');
  });

  it('keeps a damaged section header table apart from the rest', () => {
    const found = built(new ElfWriter().build().patchHeader('e_shoff', 1n << 40n));
    expect(found.sections?.state).toBe('malformed');
    expect(found.machine?.state).toBe('ready');
  });
});

it('does not tell from relocation sections that cannot be read that there are no relocations', () => {
  for (const type of [1, 8]) {
    const writer = new ElfWriter();
    writer.section('.data', { flags: 'WA', addr: 0x1000, bytes: new Uint8Array(8) });
    writer.rela('.rela.dyn', [{ place: 0x1000, type: 1027, addend: 0x1000 }], { flags: 'A' });
    const found = built(writer.build().patchSection('.rela.dyn', 'sh_type', type));
    for (const id of ['relocatable', 'applied']) {
      expect(found[id]).toMatchObject({
        state: 'absent',
        value: expect.stringMatching(/^not known: section 2 \(\.rela\.dyn\) .*(?:sh_type is 1, expected 4|is NOBITS)/),
      });
    }
  }
});
