/** What a kernel is, and how it was built. */
import { machineName, typeName } from '../../elf/constants.ts';
import { describeSection } from '../../elf/sections.ts';
import { availability, need, ParseError, readyValue } from '../../errors.ts';
import { linuxBanner } from '../banner.ts';
import type { KernelConfig } from '../config.ts';
import { findBytes } from '../find-bytes.ts';
import type { Vmlinux } from '../vmlinux.ts';
import { at, type Finding, plural } from './fact.ts';

export function machine({ elf, image }: Vmlinux): Finding {
  const { is64, littleEndian, e_machine, e_type } = elf.header;
  const bits = is64 ? 64 : 32;
  const order = littleEndian ? 'little' : 'big';
  if (e_machine === 0 && image !== undefined) {
    const where = 'the first bytes of the file';
    return { value: `not known: ${image}`, where, data: { machine: null, bits: null, byteOrder: null, type: null } };
  }
  return {
    value: `${machineName(e_machine)}, ELF${bits}, ${order}-endian, ${typeName(e_type)}${image === undefined ? '' : `; ${image}`}`,
    where: image === undefined ? 'ELF header at file offset 0x0' : 'the first bytes of the file',
    data: { machine: machineName(e_machine), bits, byteOrder: order, type: typeName(e_type) },
  };
}

interface BannerText {
  readonly text: string;
  readonly where: string;
}

function bannerText(kernel: Vmlinux): BannerText | undefined {
  const place = (address: bigint) => kernel.elf.addressSpace.locate(address);
  const named = linuxBanner(kernel);
  if (named !== undefined) return { text: named.text, where: `linux_banner${at(place(named.address)?.offset)}` };
  const isBanner = (address: bigint) => /^Linux version \d/.test(textAt(kernel, address, 16));
  const found = findBytes(kernel.elf, Buffer.from('Linux version '), isBanner);
  if (found === undefined) return undefined;
  const located = place(found);
  const section = located?.span.section;
  const where = `${section === undefined ? 'segment' : describeSection(section)}${at(located?.offset)}, found by its text`;
  return { text: textAt(kernel, found, 1024), where };
}

function textAt(kernel: Vmlinux, address: bigint, length: number): string {
  const bytes = readyValue(availability(() => kernel.elf.bytesAt(address, length))) ?? new Uint8Array(0);
  return /^[^\0\n]*/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? '';
}

export function banner(kernel: Vmlinux): Finding {
  const found = bannerText(kernel);
  if (found === undefined || found.text === '') {
    const problem = 'no symbol linux_banner, and no text "Linux version" in its data: not a whole kernel';
    throw new ParseError({ code: 'absent', structure: 'linux_banner', problem });
  }
  const release = /^Linux version (\S+)/.exec(found.text)?.[1] ?? null;
  return { value: found.text, where: found.where, data: { release } };
}

/** The parts of a text that stand in parentheses, nested ones kept together. */
function parentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(' && depth++ === 0) start = i + 1;
    else if (text[i] === ')' && depth > 0 && --depth === 0) parts.push(text.slice(start, i));
  }
  return parts;
}

export function compiler(kernel: Vmlinux): Finding {
  // "Linux version 5.10.0 (builder@host) (gcc … 10.2.1, GNU ld …) #1 SMP …"
  const found = bannerText(kernel);
  const text = found === undefined ? undefined : parentheses(found.text)[1];
  if (found !== undefined && text !== undefined) {
    const [, name = text, linker] = /^(.*), ((?:GNU ld|LLD|gold|mold)\b.*)$/.exec(text) ?? [];
    return { value: text, where: found.where, data: { compiler: name, linker: linker ?? null } };
  }
  const section = kernel.elf.requireSection('.comment', 'neither the banner nor a section .comment names a compiler');
  const source = kernel.elf.sectionSource(section);
  const comment = Buffer.from(source.read(0, Math.min(source.size, 4096), '.comment')).toString('latin1');
  const names = [...new Set(comment.split('\0').filter((part) => part !== ''))];
  return {
    value: names.join('; '),
    where: `${describeSection(section)}${at(section.sh_offset)}`,
    data: { compiler: names[0] ?? null, linker: null },
  };
}

export function buildId({ elf }: Vmlinux): Finding {
  const { hex, fileOffset } = need(elf.buildId(), 'build id');
  return { value: hex, where: `GNU build id note${at(fileOffset)}`, data: { buildId: hex } };
}

/** The options that decide about BTF, and about where the addresses of the mcount region are. */
const options = [
  'CONFIG_DEBUG_INFO_BTF',
  'CONFIG_PAHOLE_VERSION',
  'CONFIG_DEBUG_INFO_BTF_MODULES',
  'CONFIG_DYNAMIC_FTRACE',
  'CONFIG_RELOCATABLE',
  'CONFIG_RANDOMIZE_BASE',
  'CONFIG_CC_VERSION_TEXT',
] as const;

export function configuration(config: KernelConfig): Finding {
  const values = options.map((name) => [name, config.options.get(name)?.replace(/^"(.*)"$/, '$1') ?? null] as const);
  const words = values.map(([name, value]) => (value === null ? `${name} is not set` : `${name}=${value}`));
  return {
    value: `${plural(config.options.size, 'option')}; ${words.join(', ')}`,
    where: `IKCFG_ST${at(config.fileOffset)}`,
    data: { options: config.options.size, ...Object.fromEntries(values) },
  };
}
