/** Every DIE of a function's name, as facts: what it says of the function, and what the encoder decided about it. */
import {
  entryHas,
  entryInline,
  entryLowPc,
  entryName,
  entryOffset,
  entryParams,
  type FunctionEntries,
  unitName,
  unitOfEntry,
  unitState,
} from '../dwarf/function-entries.ts';
import { type DieRef, dieRef, foreignRow, toDebugInfoOffset, unitOffset } from '../dwarf/refs.ts';
import { type DebugInfoOffset, debugInfoOffset } from '../units.ts';
import type { Classifier } from './classify.ts';
import { findElsewhere } from './elsewhere.ts';
import type { Evidence } from './evidence.ts';
import { entryLink, type WhyFact } from './why-facts.ts';
import { hex, plural } from './words.ts';

/** DIEs that are told one by one; a header's inline function has hundreds. */
const mostDies = 64;

/** @param entries those of the name, in the order of the encoder; those that are the function's own come first */
export function dieFacts(classifier: Classifier, entries: readonly number[], own: readonly number[]): WhyFact[] {
  const { dwarf } = classifier.evidence;
  const head = { id: 'die', label: 'DIE' } as const;
  if (dwarf.state !== 'ready') {
    return [{ ...head, sign: 'no', value: dwarf.reason, where: '', data: { state: dwarf.state } }];
  }
  if (entries.length === 0) {
    return [
      {
        ...head,
        sign: 'no',
        value: 'no DW_TAG_subprogram has this name',
        where: dwarf.value.path,
        data: { die: null },
      },
    ];
  }
  const first = new Set(own);
  const ordered = [...own, ...entries.filter((entry) => !first.has(entry))];
  const facts = ordered.slice(0, mostDies).map((entry) => dieFact(classifier, entry));
  const rest = ordered.length - facts.length;
  if (rest > 0) {
    facts.push({
      ...head,
      sign: 'plain',
      value: `and ${plural(rest, 'more DIE')} of this name`,
      where: '',
      data: { more: rest },
    });
  }
  return facts;
}

const inlineWords = ['not inlined', 'inlined', 'declared inline', 'declared inline, and inlined'];

function dieFact({ encoder, evidence }: Classifier, entry: number): WhyFact {
  const run = encoder?.replay;
  if (run === undefined) throw new Error('a DIE without a replay');
  const { entries } = run;
  const offset = entryOffset(entries, entry);
  const unit = unitName(entries, unitOfEntry(entries, entry)) ?? '(no name)';
  const declaration = entryHas(entries, entry, 'declaration');
  const external = entryHas(entries, entry, 'external');
  const inline = entryInline(entries, entry);
  const parameters = entryParams(entries, entry).map(({ name }) => name ?? null);
  const lowPc = entryLowPc(entries, entry);
  const verdict = run.verdict(entry);
  const origin = originOf(entries, entry);
  const shown = parameters.map((name) => name ?? '(no name)').join(', ');
  const parts = [
    declaration ? 'declaration' : origin === undefined ? 'definition' : `instance of the DIE at ${hex(origin)}`,
    external ? 'external' : 'not external',
    ...(inline === undefined ? [] : [inlineWords[inline] ?? 'inline']),
    parameters.length === 0 ? 'no parameters' : `${plural(parameters.length, 'parameter')} (${shown})`,
    ...(lowPc === undefined ? [] : [`low_pc ${lowPc.toString(16)}`]),
  ];
  return {
    id: 'die',
    label: 'DIE',
    sign: verdict === 'encoded' ? 'yes' : 'plain',
    value: `${unit}: ${parts.join(', ')}: ${verdict ?? 'not reached'}`,
    where: whereOf(evidence, entries, entry),
    data: {
      die: offset,
      unit,
      name: entryName(entries, entry) ?? null,
      declaration,
      external,
      inline: inline ?? null,
      vararg: entryHas(entries, entry, 'vararg'),
      parameters,
      lowPc: lowPc ?? null,
      origin: origin ?? null,
      verdict: verdict ?? null,
      line: run.line(entry) ?? null,
      entry: entry + 1,
    },
    link: encoder && entryLink(encoder, entry),
  };
}

/** Its position in the section, and in the file where the section is not compressed. */
function whereOf({ dwarf }: Evidence, entries: FunctionEntries, entry: number): string {
  const offset = entryOffset(entries, entry);
  if (unitOfEntry(entries, entry) < entries.units.typesUnits) return `.debug_types+${hex(offset)}`;
  const start = dwarf.state === 'ready' ? dwarf.value.infoFileOffset : undefined;
  return `.debug_info+${hex(offset)}${start === undefined ? '' : ` at file offset ${hex(start + offset)}`}`;
}

/** Where the abstract origin, or the specification, of an entry is. */
function originOf(entries: FunctionEntries, entry: number): DebugInfoOffset | undefined {
  const ref: DieRef = dieRef(entries.origin[entry] ?? 0);
  if (ref === 0 || foreignRow(ref) >= 0) return undefined;
  const unit = debugInfoOffset(entries.units.offset[unitOfEntry(entries, entry)] ?? 0);
  return toDebugInfoOffset(unit, unitOffset(ref));
}

/** How many units could not be read, since a DIE may be in one of them; undefined where all could. */
export function missingUnits({ encoder }: Classifier): WhyFact | undefined {
  const entries = encoder?.replay.entries;
  if (entries === undefined) return undefined;
  const damaged = [...entries.problems].filter(([unit]) => unitState(entries, unit) === 'damaged');
  const [first] = damaged;
  if (first === undefined) return undefined;
  const [, { problem, structure }] = first;
  return {
    id: 'units',
    label: 'units',
    sign: 'no',
    value: `${plural(damaged.length, 'unit')} of the DWARF cannot be read, and may hold more DIEs of this name: ${problem}`,
    where: structure,
    data: { damaged: damaged.length, all: entries.units.count },
  };
}

/**
 * That DIEs or names are in another file, where the DIE that defines the function may be among them.
 * @param own the entries of the function
 */
export function elsewhereFact({ encoder, evidence }: Classifier, own: readonly number[]): WhyFact | undefined {
  const entries = encoder?.replay.entries;
  if (entries === undefined || own.some((entry) => !entryHas(entries, entry, 'declaration'))) return undefined;
  const found = findElsewhere(entries);
  if (found === undefined) return undefined;
  return {
    id: 'elsewhere',
    label: 'elsewhere',
    sign: 'no',
    value: found.sentence,
    where: evidence.dwarf.state === 'ready' ? evidence.dwarf.value.path : '',
    data: { units: found.units, all: entries.units.count },
  };
}
