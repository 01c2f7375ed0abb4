/** The comparison of two kernels in words: what a change is, why a record is missing, what a side knows of a function. */
import type { Change } from '../explain/compare.ts';
import type { Absence, FunctionSide, Several } from '../explain/compared-function.ts';
import type { EncoderVersion } from '../pahole/encoders.ts';
import { count } from './hex.ts';
import { visible } from './visible.ts';

export const changeWords: Readonly<Record<Change, string>> = {
  gained: 'a record in NEW only',
  lost: 'a record in OLD only',
  changed: 'the types of the prototypes differ',
  renamed: 'the types agree, names of parameters do not',
  repeated: 'the same prototypes, another number of records',
  same: 'the same records on both sides',
};

/** As it follows "no record:". */
export const absenceWords: Readonly<Record<Absence, string>> = {
  'no-btf': 'no BTF that could be read',
  'no-symtab': 'the file has no symbols to tell why',
  'no-symbol': 'no function symbol of the name',
  'clone-only': "only compiler's clones of it have symbols",
  'static-traceable': 'static, in the mcount region',
  'static-untraceable': 'static, not in the mcount region',
  'global-traceable': 'global, in the mcount region',
  'global-untraceable': 'global, not in the mcount region',
};

/** Why a name has several records. */
export function severalWords({ records, prototypes, symbols }: Several): string {
  if (symbols > 1) return `${count(records)} records: ${count(symbols)} functions have the name`;
  return prototypes > 1
    ? `${count(records)} records: ${count(prototypes)} prototypes, which units declare differently`
    : `${count(records)} records of one prototype, whose types were not merged`;
}

/** How a replay is called: its label in a table of facts. */
export const encoderLabel = (version: EncoderVersion): string => `pahole ${version}`;

/** What a side knows of a function besides its prototypes: a label and, where it was read, what it says. */
export function sideFacts(
  side: FunctionSide,
  version: EncoderVersion | undefined,
  dwarf: string | undefined,
): readonly (readonly [label: string, text: string])[] {
  const facts: [string, string][] = [['record', recordWords(side)]];
  if (side.several !== undefined) facts.push(['several', severalWords(side.several)]);
  facts.push(['symbol', symbolWords(side)], ['traceable', slotWords(side)]);
  if (version !== undefined) facts.push([encoderLabel(version), verdictWords(side, dwarf)]);
  return facts;
}

/** Records and symbols that are spelt out before the rest is counted. */
const shown = 3;

function listed<T>(all: readonly T[], words: (one: T) => string): string {
  const more = all.length > shown ? `; ${count(all.length - shown)} more` : '';
  return all.slice(0, shown).map(words).join('; ') + more;
}

function recordWords({ records, absence }: FunctionSide): string {
  if (absence !== undefined) return `none: ${absenceWords[absence]}`;
  if (records.length === 0) return 'none';
  return listed(records, ({ id, fileOffset }) =>
    fileOffset === undefined ? `[${id}]` : `[${id}] at 0x${fileOffset.toString(16)}`,
  );
}

function symbolWords({ symbols, clones }: FunctionSide): string {
  if (symbols.length === 0 && clones.length === 0) return 'none';
  const own = listed(
    symbols,
    ({ row, address, isStatic }) => `${isStatic ? 'static' : 'global'} ${address.toString(16)}, row ${row}`,
  );
  const others = clones.length === 0 ? '' : listed(clones, visible);
  return [own, others].filter((part) => part !== '').join('; ');
}

function slotWords({ symbols }: FunctionSide): string {
  if (symbols.length === 0) return 'no';
  const slots = symbols.filter(({ slot }) => slot !== undefined);
  if (slots.length === 0) return 'no: no slot in the mcount region';
  return listed(slots, ({ slot, slotRaw }) => `slot ${slot}${slotRaw === 0n ? ', zero in the file' : ''}`);
}

function verdictWords({ verdict }: FunctionSide, dwarf: string | undefined): string {
  if (dwarf !== undefined) return dwarf;
  if (verdict === undefined) return 'no entry of the name in DWARF';
  const line = verdict.line === undefined ? '' : `, line ${verdict.line}`;
  const more = verdict.entries > 1 ? `, the furthest of ${count(verdict.entries)} entries` : '';
  const where = `${visible(verdict.cu)}, DIE 0x${verdict.die.toString(16)}${more}`;
  return `${verdict.verdict ?? 'not decided: the run ends before'}${line}; ${where}`;
}
