/** Kernels with what few have: wide DWARF, type units and skeletons, a configuration, zstd, sections that unpack large. */
import { deflateSync } from 'node:zlib';
import { frames } from '../../elf/zstd-frames.ts';
import { BtfWriter } from '../../helpers/btf-writer.ts';
import * as write from '../../helpers/dwarf-writer.ts';
import { ElfWriter, type SectionOptions } from '../../helpers/elf-writer.ts';
import { zstdFrame } from '../../helpers/zstd-frame.ts';
import type { Base } from './base.ts';
import { bannerText, kernelConfig } from './parts.ts';

const base = 0xffffffff81000000n;
const functions = ['alpha', 'beta', 'gamma'];
const address = (i: number): bigint => base + BigInt(i * 0x20);
/** What one section of the large kernel unpacks to: a thousand times its bytes. */
const largeSize = 4 << 20;

export function makeRareBases(): Base[] {
  const file = (name: string, bytes: Uint8Array): Base => ({ name: `made/${name}`, bytes, as: 'file' });
  const plain = (writer: ElfWriter, sections: Sections): void => {
    for (const [name, bytes] of Object.entries(sections)) writer.section(name, { bytes });
  };
  return [
    file(
      'kernel-dwarf64',
      kernel((writer) => plain(writer, dwarf({ version: 5, offsetSize: 8 }))),
    ),
    file(
      'kernel-dwarf64-4',
      kernel((writer) => plain(writer, dwarf({ version: 4, offsetSize: 8 }))),
    ),
    file(
      'kernel-type-units',
      kernel((writer) => plain(writer, dwarf({ version: 5 }))),
    ),
    file(
      'kernel-skeleton',
      kernel((writer) => plain(writer, dwarf({ version: 5 }, [skeleton()]))),
    ),
    file('kernel-notes', kernel(describe)),
    file('kernel-rel', kernel(relocate)),
    file(
      'kernel-zstd',
      kernel((writer) => {
        for (const [name, bytes] of Object.entries(dwarf({ version: 5 }))) packZstd(writer, name, bytes);
      }),
    ),
    file('module-of-units', module()),
    file(
      'kernel-unpacks-large',
      kernel((writer) => {
        const { '.debug_str': str = new Uint8Array(0), ...rest } = dwarf({ version: 5 });
        plain(writer, rest);
        const large = Buffer.alloc(largeSize);
        large.set(str);
        writer.compressed('.debug_str', large, { packed: deflateSync(large) });
      }),
    ),
  ];
}

type Sections = Readonly<Record<string, Uint8Array>>;

/** Three functions with slots and records, and what `add` gives it. */
function kernel(add: (writer: ElfWriter) => void): Uint8Array {
  const writer = new ElfWriter({ machine: 'x86_64', type: 'EXEC' });
  writer.section('.text', { flags: 'AX', addr: base, bytes: new Uint8Array(0x60), align: 16 });
  const region = base + 0x1000n;
  writer.section('.init.data', { flags: 'WA', addr: region, bytes: writer.words(functions.map((_, i) => address(i))) });
  functions.forEach((name, i) => {
    writer.symbol(name, { type: 'FUNC', section: '.text', value: address(i), size: 0x20, bind: 'GLOBAL' });
  });
  const bound = { bind: 'GLOBAL', section: '.init.data' } as const;
  writer.symbol('__start_mcount_loc', { ...bound, value: region });
  writer.symbol('__stop_mcount_loc', { ...bound, value: region + BigInt(8 * functions.length) });
  const btf = new BtfWriter();
  const int = btf.int('int', 4, 1);
  for (const name of functions.slice(1)) btf.func(name, btf.proto(int, [['argument', int]]), 0);
  writer.section('.BTF', { bytes: btf.build() });
  add(writer);
  return writer.build().bytes;
}

/** A relocatable file of several units: where their abbreviations are is in relocations, the fields hold 0. */
function module(): Uint8Array {
  const writer = new ElfWriter({ machine: 'x86_64', type: 'REL' });
  writer.section('.text', { flags: 'AX', bytes: new Uint8Array(0x60), align: 16 });
  writer.section('__mcount_loc', { flags: 'WA', bytes: new Uint8Array(8 * functions.length) });
  const written = unitsOf({ version: 5 }, 0n);
  const info = Buffer.from(written.info);
  // unit_length 4, version 2, unit_type 1, address_size 1
  const places = written.units.map((unit) => unit + 8);
  const tables = places.map((place) => ({ place, type: 10, symbol: 2, addend: info.readUInt32LE(place) }));
  for (const place of places) info.writeUInt32LE(0, place);
  for (const [name, bytes] of Object.entries({ ...sectionsOf(written), '.debug_info': info }))
    writer.section(name, { bytes });
  for (const section of ['.text', '.debug_abbrev']) writer.symbol('', { type: 'SECTION', section });
  functions.forEach((name, i) => {
    writer.symbol(name, { type: 'FUNC', section: '.text', value: 0x20 * i, size: 0x20, bind: 'GLOBAL' });
  });
  const slots = functions.map((_, i) => ({ place: 8 * i, type: 1, symbol: 1, addend: 0x20 * i }));
  writer.rela('.rela__mcount_loc', slots, { info: '__mcount_loc', link: '.symtab' });
  writer.rela('.rela.debug_info', tables, { info: '.debug_info', link: '.symtab' });
  return writer.build().bytes;
}

const dwarf = (shape: write.Shape, more: readonly write.Unit[] = []): Sections =>
  sectionsOf(unitsOf(shape, base, more));

/** Three units of functions, a type unit between them, and `more`. */
function unitsOf(shape: write.Shape, start: bigint, more: readonly write.Unit[] = []): write.Written {
  const place = (i: number): bigint => start + BigInt(i * 0x20);
  const { die, strp, data1, data8, addr, ref4, flagPresent } = write;
  const one = (i: number, label: string): write.Unit =>
    write.unit(
      die('compile_unit', { name: strp(`${label}.c`), language: data1(0x0c), low_pc: addr(place(i)) }, [
        die('base_type', { name: strp('int'), byte_size: data1(4), encoding: data1(5) }, undefined, `int ${label}`),
        die('structure_type', { name: strp('list'), declaration: flagPresent() }, undefined, `list ${label}`),
        die('pointer_type', { byte_size: data1(8), type: write.refSig8(signature) }, undefined, `pointer ${label}`),
        die(
          'subprogram',
          {
            name: strp(functions[i] ?? ''),
            external: flagPresent(),
            prototyped: flagPresent(),
            type: ref4(`int ${label}`),
            low_pc: addr(place(i)),
            high_pc: data8(0x20),
          },
          [die('formal_parameter', { name: write.string('argument'), type: write.refAddr(`int ${label}`) })],
        ),
      ]),
    );
  const type = write.typeUnit(
    die('type_unit', { language: data1(0x0c) }, [
      die('base_type', { name: strp('int'), byte_size: data1(4), encoding: data1(5) }, undefined, 'int of the type'),
      die('structure_type', { name: strp('shared'), byte_size: data1(8) }, [
        die('member', { name: strp('number'), type: ref4('int of the type'), data_member_location: data1(0) }),
      ]),
    ]),
    signature,
  );
  return write.writeDwarf(shape, [one(0, 'first'), type, one(1, 'second'), one(2, 'third'), ...more]);
}

const sectionsOf = (written: write.Written): Sections => ({
  '.debug_info': written.info,
  ...(written.types.length === 0 ? {} : { '.debug_types': written.types }),
  '.debug_abbrev': written.abbrev,
  '.debug_str': written.str,
  '.debug_addr': written.addr,
});

const signature = 0x0123_4567_89ab_cdefn;

/** What -gsplit-dwarf leaves in the file. */
const skeleton = (): write.Unit =>
  write.skeletonUnit(
    write.die('skeleton_unit', {
      name: write.strp('split.dwo'),
      low_pc: write.addr(address(2)),
      high_pc: write.data4(32),
    }),
  );

/** Where a kernel says what it is: configuration, compiler, build id, module's information. */
function describe(writer: ElfWriter): void {
  const at = base + 0x3000n;
  const config = kernelConfig();
  writer.section('.rodata', { flags: 'A', addr: at, bytes: config });
  writer.symbol('kernel_config_data', { type: 'OBJECT', section: '.rodata', value: at + 8n, bind: 'GLOBAL' });
  writer.symbol('kernel_config_data_end', { section: '.rodata', value: at + BigInt(config.length - 8) });
  writer.section('.comment', { flags: 0x30n, entsize: 1, bytes: text('GCC: (GNU) 12.2.0\0clang version 17\0') });
  writer.section('.modinfo', { flags: 'A', bytes: text('license=MIT\0name=rare\0vermagic=6.1.0 SMP\0') });
  const buildId = { owner: 'GNU', type: 3, desc: Uint8Array.from({ length: 20 }, (_, i) => 0xa0 + i) };
  writer.notes('.note.gnu.build-id', [buildId]);
  writer.notes('.note.Linux', [{ owner: 'Linux', type: 257, desc: Uint8Array.of(1, 0, 0, 0) }]);
}

/** Entries without addends: for the boot code, and what ld --emit-relocs keeps. */
function relocate(writer: ElfWriter): void {
  const region = base + 0x1000n;
  const entries = functions.map((symbol, i) => ({ place: region + BigInt(8 * i), type: 1, symbol }));
  writer.rel('.rel.dyn', [{ place: region, type: 8, symbol: 0 }], { flags: 'A' });
  const of: SectionOptions = { info: '.init.data', link: '.symtab' };
  writer.rel('.rel.init.data', entries.slice(1), of);
  const at = base + 0x3000n;
  writer.section('.rodata', { flags: 'A', addr: at, bytes: bannerText });
  writer.symbol('linux_banner', { type: 'OBJECT', section: '.rodata', value: at, size: bannerText.length });
}

/** Blocks that any writer makes, and behind the names two frames as zstd(1) makes them. */
function packZstd(writer: ElfWriter, name: string, bytes: Uint8Array): void {
  const real = name === '.debug_str' ? frames.filter(({ packed }) => packed.length < 2500).slice(0, 2) : [];
  const packed = Buffer.concat([zstdFrame(bytes), ...real.map((frame) => frame.packed)]);
  const size = real.reduce((sum, { content }) => sum + content.length, bytes.length);
  writer.compressed(name, bytes, { ch_type: 2, packed, ch_size: size });
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
