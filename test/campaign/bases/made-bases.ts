/** Inputs written by the tests' own writers, for what no fixture has: raw and split BTF, 32-bit big-endian, every form. */
import { BtfWriter, everyKind } from '../../helpers/btf-writer.ts';
import * as write from '../../helpers/dwarf-writer.ts';
import { type ElfOptions, ElfWriter } from '../../helpers/elf-writer.ts';
import type { Base } from './base.ts';
import { bannerText } from './parts.ts';

const functions = ['alpha', 'beta', 'gamma', 'delta'];

export function makeBases(): Base[] {
  const file = (name: string, bytes: Uint8Array): Base => ({ name: `made/${name}`, bytes, as: 'file' });
  const split = new BtfWriter({ base: everyKind() });
  split.func('of_the_module', split.proto(1, [['argument', 2]]), 1);
  return [
    file('kernel-64', kernel({}, {})),
    file('kernel-64-compressed', kernel({}, { packed: true })),
    file('kernel-64-extended', kernel({ extendedNumbering: true }, { xindex: true })),
    file('kernel-64-big', kernel({ bigEndian: true, machine: 's390x', type: 'EXEC' }, {})),
    file('kernel-32', kernel({ class: 32, machine: 'arm' }, {})),
    file('kernel-32-big', kernel({ class: 32, bigEndian: true, machine: 'mips' }, {})),
    file('kernel-without-sections', kernel({ noSectionTable: true }, {})),
    { name: 'made/btf', bytes: everyKind().build(), as: 'btf' },
    { name: 'made/btf-big', bytes: everyKind({ bigEndian: true }).build(), as: 'btf' },
    { name: 'made/btf-split', bytes: split.build(), as: 'split-btf' },
  ];
}

interface KernelOptions {
  readonly packed?: boolean;
  readonly xindex?: boolean;
}

/** A small kernel with all that kinspect reads: four functions, each with a slot, a relocation, a DIE and a record. */
function kernel(options: ElfOptions, { packed = false, xindex = false }: KernelOptions): Uint8Array {
  const writer = new ElfWriter(options);
  const base = writer.is64 ? 0xffff800010000000n : 0xc0008000n;
  const relative = { arm: 23, mips: 3, s390x: 12, aarch64: 1027 }[String(options.machine ?? 'aarch64')] ?? 1027;
  const address = (i: number) => base + BigInt(i * 0x40);
  const word = BigInt(writer.wordSize);
  const region = base + 0x1000n;
  writer.section('.text', { flags: 'AX', addr: base, bytes: new Uint8Array(0x100), align: 16 });
  const slots = writer.words([address(0), 0n, address(2), 0n]);
  writer.section('.init.data', { flags: 'WA', addr: region, bytes: Buffer.concat([slots, bannerText]) });
  const place = (slot: number) => region + BigInt(slot) * word;
  const entries = [1, 3].map((slot) => ({ place: place(slot), type: relative, addend: address(slot) }));
  if (options.class === 32) writer.rel('.rel.dyn', entries, { flags: 'A' });
  else writer.rela('.rela.dyn', [...entries, { place: place(2), type: 257, symbol: 'gamma' }], { flags: 'A' });
  writer.relr('.relr.dyn', [place(0), 0b101n]);
  writer.notes('.notes', [
    { owner: 'GNU', type: 3, desc: Uint8Array.from({ length: 20 }, (_, i) => i) },
    { owner: 'Linux', type: 0, desc: Uint8Array.of(1, 2, 3) },
  ]);
  functions.forEach((name, i) => {
    const bind = i % 2 === 0 ? 'GLOBAL' : 'LOCAL';
    writer.symbol(name, { type: 'FUNC', section: '.text', value: address(i), size: 0x20, bind, xindex });
  });
  writer.symbol('__start_mcount_loc', { bind: 'GLOBAL', section: '.init.data', value: region });
  writer.symbol('__stop_mcount_loc', { bind: 'GLOBAL', section: '.init.data', value: place(4) });
  writer.symbol('linux_banner', { type: 'OBJECT', section: '.init.data', value: place(4), size: bannerText.length });
  writer.segment({ of: '.text' });
  writer.segment({ of: '.init.data', flags: 6 });
  writer.segment({ type: 'NOTE', of: '.notes' });
  for (const [name, bytes] of Object.entries(debugSections(writer, address, packed))) {
    if (packed) writer.compressed(name, bytes);
    else writer.section(name, { bytes });
  }
  return writer.build().bytes;
}

function debugSections(
  writer: ElfWriter,
  address: (i: number) => bigint,
  packed: boolean,
): Readonly<Record<string, Uint8Array>> {
  const btf = new BtfWriter({ bigEndian: writer.bigEndian });
  const int = btf.int('int', 4, 1);
  for (const name of functions.slice(1)) btf.func(name, btf.proto(int, [['argument', btf.pointer(int)]]), 0);
  const shape = { version: 5, addressSize: writer.wordSize, littleEndian: !writer.bigEndian } as const;
  const dwarf = write.writeDwarf(shape, [firstUnit(address), secondUnit(address)]);
  return {
    ...(packed ? {} : { '.BTF': btf.build() }),
    '.debug_info': dwarf.info,
    '.debug_abbrev': dwarf.abbrev,
    '.debug_str': dwarf.str,
    '.debug_line_str': dwarf.lineStr,
    '.debug_str_offsets': dwarf.strOffsets,
    '.debug_addr': dwarf.addr,
  };
}

/** Names, places and references in the forms of version 5. */
function firstUnit(address: (i: number) => bigint): write.Unit {
  const { die, strx, addrx, ref4, data1, strp, flagPresent } = write;
  return write.unit(
    die(
      'compile_unit',
      {
        name: write.lineStrp('first.c'),
        language: data1(0x0c),
        str_offsets_base: write.secOffset(8),
        addr_base: write.secOffset(8),
        low_pc: write.addr(address(0)),
        ranges: write.rnglistx(0),
      },
      [
        die('base_type', { name: strp('int'), byte_size: data1(4), encoding: data1(5) }, undefined, 'int'),
        die(
          'subprogram',
          {
            name: strx('strx1', 'alpha'),
            external: flagPresent(),
            prototyped: flagPresent(),
            type: ref4('int'),
            low_pc: addrx('addrx', address(0)),
            high_pc: data1(0x20),
            frame_base: write.exprloc([0x9c]),
            decl_line: write.implicitConst(3),
          },
          [
            die('formal_parameter', { name: write.string('argument'), type: ref4('pointer') }),
            die('lexical_block', {}, [die('variable', { name: strp('local'), type: write.ref1('int') })]),
          ],
        ),
        die('pointer_type', { byte_size: data1(8), type: write.refUdata('int') }, undefined, 'pointer'),
        die('structure_type', { name: strp('list'), byte_size: write.data2(16) }, [
          die('member', { name: strp('next'), type: write.ref8('pointer'), data_member_location: write.udata(0) }),
          die('member', { name: strp('number'), type: write.ref2('int'), data_member_location: write.sdata(8) }),
        ]),
        die('array_type', { type: ref4('int') }, [die('subrange_type', { upper_bound: write.data4(7) })]),
        die('enumeration_type', { name: strp('colour'), byte_size: data1(4) }, [
          die('enumerator', { name: strp('RED'), const_value: write.sdata(-1) }),
        ]),
        die('subprogram', { name: write.indirect(strp('beta')), declaration: flagPresent() }, undefined, 'declared'),
      ],
    ),
    {},
  );
}

/** References out of the unit, blocks and old forms; an entry by its origin. */
function secondUnit(address: (i: number) => bigint): write.Unit {
  const { die, strp, addr, data8, flag } = write;
  return write.unit(
    die('compile_unit', { name: strp('second.c'), producer: strp('by hand'), stmt_list: write.secOffset(0) }, [
      die('subprogram', { specification: write.refAddr('declared'), low_pc: addr(address(1)), high_pc: data8(0x20) }),
      die('subprogram', { name: strp('gamma'), inline: write.data1(1), external: flag(1) }, [], 'inlined'),
      die('subprogram', { abstract_origin: write.ref4('inlined'), low_pc: addr(address(2)), high_pc: data8(0x20) }, [
        die('inlined_subroutine', { abstract_origin: write.ref4('inlined'), location: write.block1([1, 2]) }),
      ]),
      die('typedef', { name: strp('number_t'), type: write.refAddr('int') }),
      die('imported_unit', { import: write.refAddr('int') }),
      die('subprogram', { name: strp('delta'), low_pc: addr(address(3)), high_pc: data8(0x20) }, [
        die('formal_parameter', { type: write.refSig8(7n), location: write.block2([1, 2, 3]) }),
        die('unspecified_parameters'),
      ]),
    ]),
    {},
  );
}
