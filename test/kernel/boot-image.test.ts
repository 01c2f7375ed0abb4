/** vmlinuz in place of a vmlinux: what is in it, and one sentence where that cannot be had. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readyValue } from '../../src/errors.ts';
import { kernelFacts } from '../../src/kernel/facts.ts';
import { type OpenOptions, Vmlinux } from '../../src/kernel/vmlinux.ts';
import { cli, fixture, golden } from '../cli/collect.ts';
import { bzImage, lz4Literals, lz4Runs, rawImage, withSize, zboot } from '../helpers/boot-image.ts';
import { kallsymsText, nmLines, rfcomm } from '../helpers/kallsyms.ts';
import { parseError } from '../helpers/parse-error.ts';
import { tempFile } from '../helpers/temp-file.ts';
import { zstdFrame } from '../helpers/zstd-frame.ts';

const x86 = readFileSync(fixture('x86_64-emit-relocs'));
const sample = readFileSync(fixture('vmlinux-aarch64'));

function open(bytes: Uint8Array, options: OpenOptions = {}): Vmlinux {
  const kernel = Vmlinux.open(tempFile(bytes, 'vmlinuz'), options);
  onTestFinished(() => kernel.close());
  return kernel;
}

const btfOf = (kernel: Vmlinux) => readyValue(kernel.btf)?.btf;
const refused = (bytes: Uint8Array) => parseError(() => open(bytes)).message;

/** An ELF file as `objcopy -S` leaves it for a boot image, as far as its tables go: their rows have neither type nor name. */
function stripped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const table = Number(copy.readBigUInt64LE(40));
  for (let row = 0; row < copy.readUInt16LE(60); row++) {
    const at = table + row * 64;
    const [symtab, rela] = [2, 4];
    const type = copy.readUInt32LE(at + 4);
    if (type === symtab || type === rela) copy.fill(0, at, at + 8);
  }
  return copy;
}

/** The .BTF section of the sample. */
function sampleBtf(): Uint8Array {
  const kernel = open(sample);
  const section = kernel.elf.section('.BTF');
  if (section === undefined) throw new Error('the sample has no .BTF');
  return kernel.elf.sectionBytes(section).slice();
}

describe('an x86 boot image', () => {
  test.each([
    ['gzip', gzipSync(x86)],
    ['lz4', withSize(lz4Literals(x86), x86.length)],
    ['nothing', x86],
  ])('packed with %s holds its vmlinux', (_, payload) => {
    for (const setupSectors of [0, 3, 30]) {
      const kernel = open(bzImage(payload, { setupSectors }));
      expect(kernel.image).toBe('an x86 boot image, its kernel unpacked');
      expect(kernel.elf.sections.map(({ name }) => name)).toEqual(open(x86).elf.sections.map(({ name }) => name));
      expect(btfOf(kernel)?.funcCount).toBe(btfOf(open(x86))?.funcCount);
    }
  });

  test.each([
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ['lzma', [0x5d, 0, 0]],
    ['lzo', [0x89, 0x4c, 0x5a, 0x4f]],
    ['bzip2', [0x42, 0x5a, 0x68]],
  ])('packed with %s says so', (name, magic) => {
    expect(refused(bzImage(Buffer.concat([Buffer.from(magic), Buffer.alloc(64)])))).toBe(
      `kernel of the x86 boot image at file offset 0x900: its kernel is packed with ${name}, and gzip, zstd and lz4 are unpacked here; unpack it with the kernel's scripts/extract-vmlinux, and open what comes out`,
    );
  });

  test('that is damaged is one sentence', () => {
    const packed = gzipSync(x86);
    expect(refused(bzImage(Buffer.alloc(64, 0x77)))).toMatch(/begins with 77777777, which no known packer writes/);
    expect(refused(bzImage(packed, { protocol: 0x207 }))).toMatch(/its boot protocol is 2\.7, and from 2\.8 on/);
    expect(refused(bzImage(packed, { payloadLength: 0 }))).toMatch(/payload_length is 0: there is no kernel in it/);
    expect(refused(bzImage(packed, { payloadLength: 1 << 30 }))).toMatch(/bytes are needed and \d+ are left/);
    expect(refused(bzImage(withSize(packed, 0xfffffff0)))).toMatch(
      /unpack to 4294967280, and not more than \d+ are unpacked of a file of \d+ bytes; the file is cut off/,
    );
    const broken = Buffer.from(packed);
    broken.fill(0xff, 100, 200);
    expect(refused(bzImage(broken))).toMatch(/its gzip data cannot be unpacked to \d+ bytes: /);
    expect(refused(bzImage(gzipSync(Buffer.from('no kernel'))))).toMatch(/not an ELF file/);
  });

  test('has symbols, slots and links once kallsyms is given', () => {
    const lines = nmLines(readFileSync(golden('x86_64-emit-relocs', 'nm.txt'), 'latin1'));
    const file = (moved: bigint) => tempFile(Buffer.from(kallsymsText(lines, moved, rfcomm), 'latin1'), 'kallsyms');
    const image = bzImage(gzipSync(stripped(x86)));
    expect(open(image).symbols.state).toBe('absent');
    const kernel = open(image, { kallsyms: file(0x1a000000n) });
    const whole = open(x86);
    expect(kernel.symbolsAreOfKallsyms).toBe(true);
    expect(readyValue(kernel.mcount)?.count).toBe(readyValue(whole.mcount)?.count);
    for (const name of ['tty_write', 'redirected_tty_write', '__start_mcount_loc']) {
      const address = (where: Vmlinux) => {
        const symbols = readyValue(where.symbols);
        return symbols?.address(symbols.table.find(name) as number);
      };
      expect(address(kernel)).toBe(address(whole));
    }
    expect(readyValue(kernel.symbols)?.table.find('rfcomm_tty_write')).toBeUndefined();
    // Bytes at the banner's address tell another kernel's list apart.
    const shifted = lines.map((line) =>
      line.name === 'linux_banner' ? { ...line, address: line.address + 64n } : line,
    );
    const other = open(image, { kallsyms: tempFile(Buffer.from(kallsymsText(shifted, 0n)), 'kallsyms') });
    expect(other.symbols.state === 'ready' ? '' : other.symbols.reason).toMatch(
      /it is of another kernel: linux_banner/,
    );
  });
});

describe('a boot image without ELF', () => {
  const image = () =>
    rawImage('ARM\x64', Buffer.concat([Buffer.from('Linux version 5.10.0 (x) (gcc) #1\0\0\0'), sampleBtf()]));

  test('has its BTF, and its banner', () => {
    for (const bytes of [image(), gzipSync(image()), zboot(image())]) {
      const kernel = open(bytes);
      expect(btfOf(kernel)?.funcCount).toBe(btfOf(open(sample))?.funcCount);
      const facts = new Map(kernelFacts(kernel).map((fact) => [fact.id, fact]));
      expect(facts.get('machine')?.value).toMatch(/^aarch64.*the boot image of arm64/);
      expect(facts.get('banner')?.value).toBe('Linux version 5.10.0 (x) (gcc) #1');
      expect(facts.get('relocations')).toMatchObject({ state: 'absent' });
      expect([...facts.values()].filter(({ state }) => state === 'malformed')).toEqual([]);
    }
    expect(open(gzipSync(image())).image).toBe(
      'gzip data of the boot image of arm64: bytes without sections, symbols or relocation tables',
    );
  });

  test('of riscv too; and without BTF there is none', () => {
    expect(btfOf(open(rawImage('RSC\x05', sampleBtf())))?.funcCount).toBeGreaterThan(0);
    const none = open(
      rawImage('ARM\x64', Buffer.from([0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255])),
    );
    expect(none.btf.state).toBe('absent');
  });

  test('gzip of a vmlinux has its DWARF too', async () => {
    const replayed = async (file: string) => {
      const { out, err, code } = await cli(['replay', file, '--format', 'tsv']);
      return { out, err: err.replaceAll(file, 'FILE'), code };
    };
    const plain = await replayed(fixture('vmlinux-aarch64'));
    expect(plain.code).toBe(0);
    expect(await replayed(tempFile(gzipSync(sample)))).toEqual(plain);
  });

  test('in a zboot image the size behind zstd and lz4 data is not counted by the header', () => {
    const image = rawImage('ARM\x64', new Uint8Array(300));
    for (const [packer, packed] of [
      ['zstd', zstdFrame(image)],
      ['lz4', lz4Runs(image)],
    ] as const) {
      const file = zboot(image, { packer, packed: withSize(packed, image.length) });
      expect(file.readUInt32LE(12)).toBe(packed.length);
      expect(open(file).image).toMatch(/^an EFI zboot image of the boot image of arm64/);
      expect(open(Buffer.concat([file, Buffer.alloc(16)])).image).toMatch(
        /^an EFI zboot image of the boot image of arm64/,
      );
    }
  });

  test('gzip in gzip pays for what comes out once for each', () => {
    const image = rawImage('ARM\x64', new Uint8Array(70 << 20));
    expect(open(gzipSync(zboot(image))).image).toMatch(/^gzip data of an EFI zboot image of the boot image of arm64/);
    const unpackedTwice = zboot(image, { packed: gzipSync(image, { level: 0 }) });
    expect(refused(gzipSync(unpackedTwice))).toMatch(
      /^kernel of the EFI zboot image: its last 4 bytes say that \d+ bytes unpack to 73404448, and not more than \d+ more are unpacked, \d+ in all of a file of \d+ bytes; /,
    );
  });

  test('gzip of a vmlinux is the vmlinux, and gzip of gzip ends', () => {
    expect(readyValue(open(gzipSync(sample)).symbols)?.table.count).toBe(readyValue(open(sample).symbols)?.table.count);
    let layers: Uint8Array = sample;
    for (let i = 0; i < 8; i++) layers = gzipSync(layers);
    expect(refused(layers)).toMatch(/not an ELF file/);
  });
});

test('a list of symbols stands for a kernel without its file', () => {
  const lines = nmLines(readFileSync(golden('vmlinux-aarch64', 'nm.txt'), 'latin1'));
  const kernel = open(Buffer.from(kallsymsText(lines, 0x43855a4cc000n, rfcomm), 'latin1'), {
    btf: fixture('vmlinux-aarch64'),
  });
  const symbols = readyValue(kernel.symbols);
  const row = symbols?.table.find('tty_write') as number;
  const address = lines.find(({ name }) => name === 'tty_write')?.address ?? 0n;
  expect(symbols?.address(row)).toBe(address + 0x43855a4cc000n);
  expect(symbols?.table.count).toBe(lines.length + 1);
  expect(kernel.mcount).toMatchObject({ state: 'absent' });
  expect(btfOf(kernel)?.funcByName('tty_write')).toEqual([]);
  expect(kernelFacts(kernel).filter(({ state }) => state === 'malformed')).toEqual([]);
  expect(parseError(() => open(Buffer.from('0000000000000000 T _text\n'))).message).toMatch(/the addresses are zero/);
  expect(parseError(() => open(Buffer.from('ffff800010000000 T start\n'))).message).toMatch(/neither _text nor _stext/);
});

test('a list of symbols spans what an image can, and a symbol too far away is told by its line', () => {
  const sizeOf = (text: string) => open(Buffer.from(text)).elf.section('.image')?.sh_size;
  expect(sizeOf('0000000000000010 T _text\n001ffffffffffff0 T x\n')).toBe(2 ** 53 - 24);
  expect(sizeOf('fffffffffffff000 T _text\nffffffffffffffff T x\n')).toBe(0x1007);
  expect(sizeOf('0000000000001000 T _text\nffffffffffffffff a x\nffffffffffffffff t y\t[m]\n')).toBe(8);
  expect(refused(Buffer.from('0000000000000000 T _text\nffffffffffffffff T x\n'))).toMatch(
    /vmlinuz, line 2: x is 18446744073709551615 bytes behind the start of the image at 0; the file is damaged: copy it again$/,
  );
});

test('raw BTF is a kernel of types alone, and kallsyms cannot be put under it', () => {
  const kernel = open(sampleBtf(), { kallsyms: tempFile(Buffer.from('ffff800010000000 T _text\n'), 'kallsyms') });
  expect(btfOf(kernel)?.funcCount).toBe(btfOf(open(sample))?.funcCount);
  expect(kernel.symbols).toMatchObject({
    state: 'absent',
    reason: 'this is raw BTF, without the file of its kernel: give kallsyms in its place, and this with --btf',
  });
  expect(refused(sampleBtf().subarray(0, 100))).toMatch(/it is raw BTF; give it with --btf/);
});
