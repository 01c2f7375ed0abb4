/**
 * A replay in numbers: the list, the verdicts, the records before and after dedup, the .BTF beside them, how the run
 * ends, and what the other bytes of the region would have changed.
 */
import type { Btf } from '../btf/btf.ts';
import { unitName, unitState } from '../dwarf/function-entries.ts';
import type { Availability } from '../errors.ts';
import { type JsonObject, nameText, toJson } from '../format/json.ts';
import { visible, visibleText } from '../format/visible.ts';
import { type BtfComparison, compareWithBtf, entrySignature, funcSignature } from '../pahole/compare-btf.ts';
import { mergeRecords } from '../pahole/dedup.ts';
import { isWritten } from '../pahole/fate.ts';
import { type Replay, replay, setUp } from '../pahole/machine.ts';
import { verdictFacts, verdicts } from '../pahole/verdict.ts';
import { compareReplays, type WhatIf } from '../pahole/what-if.ts';
import type { ReplayOptions } from './args.ts';
import { type ReplayJob, setupInput } from './replay-job.ts';
import { replayRow } from './replay-rows.ts';

export interface ReplaySummary {
  readonly job: ReplayJob;
  /** FUNC records after dedup, and the names that keep more than one; undefined when nothing is written. */
  readonly merged: { readonly count: number; readonly repeated: readonly string[] } | undefined;
  readonly comparison: Availability<{ readonly from: string; readonly btf: Btf; readonly result: BtfComparison }>;
  /** The same with the region's other bytes; undefined without an mcount region, and for modules, which have only one. */
  readonly whatIf: { readonly bytes: 'raw' | 'relocated'; readonly result: WhatIf } | undefined;
}

export function summarize(job: ReplayJob, bytes: 'raw' | 'relocated'): ReplaySummary {
  const { replay: run, types, kernel } = job;
  const merged = isWritten(run.fate) ? mergeRecords(run, types) : undefined;
  const { btf } = kernel;
  return {
    job,
    merged: merged && {
      count: merged.entries.length,
      repeated: Array.from(merged.repeated.keys(), (id) => run.names.text(id)),
    },
    comparison:
      btf.state !== 'ready'
        ? btf
        : merged === undefined
          ? { state: 'absent', reason: 'pahole writes nothing, so there is nothing to compare' }
          : {
              state: 'ready',
              value: { ...btf.value, result: compareWithBtf(run, merged.entries, btf.value.btf) },
            },
    whatIf: otherBytes(job, bytes === 'raw' ? 'relocated' : 'raw'),
  };
}

function otherBytes(job: ReplayJob, bytes: 'raw' | 'relocated'): ReplaySummary['whatIf'] {
  const { kernel, input, replay: run } = job;
  if (kernel.mcount.state !== 'ready' || kernel.elf.isRelocatable) return undefined;
  const setup = setUp(setupInput(kernel, bytes, run.rules.version));
  const other = replay({ ...input, bytes, names: run.names }, setup);
  return { bytes, result: compareReplays(run, other) };
}

const endings = {
  'units-lost': 'would lose the unit',
  'would-exit': 'would exit with 1, and write nothing, at the unit',
  'would-crash': 'would crash, and write nothing, at the unit',
} as const;

/** How the run ends, where that is not the good way. */
export function fateSentence({ fate, entries, rules }: Replay): string | undefined {
  if (fate.kind === 'completed') return undefined;
  const name = fate.unit === undefined ? '' : ` ${visible(unitName(entries, fate.unit) ?? String(fate.unit))}`;
  const at = fate.at === undefined ? '' : ` (${fate.at.function}, ${fate.at.file}:${fate.at.line})`;
  const after = entries.units.count - (fate.unit ?? 0) - 1;
  const lost = fate.kind === 'units-lost' ? ` and the ${plural(after, 'unit')} after it` : '';
  return `pahole ${rules.version} ${endings[fate.kind]}${name}${lost}${at}: ${fate.why}`;
}

const number = (value: number): string => value.toLocaleString('en-US');
const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
/** Names that a sentence shows before it says how many more there are. */
const shownNames = 8;

function someNames(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map(visible).join(', ');
  return names.length > shownNames ? `${shown} … (${number(names.length)})` : shown;
}

export function summaryText(summary: ReplaySummary, options: ReplayOptions): string {
  const { job } = summary;
  const run = job.replay;
  const { entries, rules, table } = run;
  const dwarf = `${plural(entries.units.count, 'unit')}, ${number(entries.count)} function entries`;
  const lines: [string, string][] = [['DWARF', `${dwarf}, in ${visibleText(job.dwarf.path)}`]];
  const damaged = Array.from(entries.problems.keys()).filter((unit) => unitState(entries, unit) === 'damaged').length;
  if (damaged > 0)
    lines.push(['missing', `${plural(damaged, 'unit')} cannot be read; what pahole makes of them is not replayed`]);
  lines.push(['list', listSentence(run)]);
  verdicts.forEach((verdict, row) => {
    const { line, reason } = verdictFacts[verdict];
    lines.push([
      row === 0 ? 'verdicts' : '',
      `${number(run.count(verdict)).padStart(9)}  ${verdict.padEnd(17)}  ${line}  ${reason}`,
    ]);
  });
  const undecided = entries.count - verdicts.reduce((sum, verdict) => sum + run.count(verdict), 0);
  if (undecided > 0)
    lines.push([
      '',
      `${number(undecided).padStart(9)}  not decided        the run does not come to them, or their units are damaged`,
    ]);
  lines.push(['records', recordsSentence(summary)]);
  lines.push(['.BTF', comparisonSentence(summary)]);
  const { whatIf } = summary;
  if (whatIf !== undefined) lines.push([`if ${whatIf.bytes}`, whatIfSentence(whatIf.result)]);
  lines.push(['end', fateSentence(run) ?? 'completed: every unit is encoded']);
  const title = `${visibleText(options.file)}: pahole ${rules.version}, mcount region ${run.bytes}, functions_cnt ${number(table.functions_cnt)}\n`;
  return title + lines.map(([label, text]) => `  ${label.padEnd(14)}${text}\n`).join('');
}

function listSentence({ collected, table, rules }: Replay): string {
  if (collected === undefined) return 'none: the file has no .symtab';
  const before = `${plural(collected.functions.length, 'function symbol')}`;
  if (rules.list === 'symbols') return `${before}, all of them`;
  const { addrs } = table;
  if (addrs === undefined) return `${before}, no mcount region: the list is empty, and DW_AT_external decides`;
  const kept = `${before}, ${plural(addrs.count, 'slot')}, ${number(table.functions_cnt)} kept`;
  const note = addrs.note === undefined ? '' : ` (${addrs.note})`;
  return table.functions_cnt === 0 ? `${kept}: the list is empty, and DW_AT_external decides${note}` : `${kept}${note}`;
}

function recordsSentence({ job, merged }: ReplaySummary): string {
  const before = plural(job.replay.records, 'FUNC record');
  if (merged === undefined) return `${before} made, none written`;
  const repeated = merged.repeated.length === 0 ? '' : `; of more than one record: ${someNames(merged.repeated)}`;
  return `${before}, ${number(merged.count)} after dedup${repeated}`;
}

function comparisonSentence({ comparison, job }: ReplaySummary): string {
  if (comparison.state !== 'ready') return comparison.reason;
  const { from, btf, result } = comparison.value;
  if (result.equal) return `equal: the same ${plural(result.inBtf, 'record')} in the same order (${visibleText(from)})`;
  if (result.firstMoved >= 0) {
    return `the same ${plural(result.inBtf, 'record')}, in another order from the one at ${result.firstMoved} on (${visibleText(from)})`;
  }
  const missing = result.missing.map((entry) => entrySignature(job.replay, entry));
  const unexpected = result.unexpected.map((id) => funcSignature(btf, id));
  const parts = [
    `${plural(result.inBtf, 'record')} (${visibleText(from)})`,
    ...(missing.length === 0 ? [] : [`${number(missing.length)} predicted are not there: ${someNames(missing)}`]),
    ...(unexpected.length === 0 ? [] : [`${number(unexpected.length)} are not predicted: ${someNames(unexpected)}`]),
  ];
  return parts.join('; ');
}

function whatIfSentence({ after, gained, lost, changed }: WhatIf): string {
  const parts = [`${plural(after, 'FUNC record')}`];
  if (gained.length > 0) parts.push(`${plural(gained.length, 'name')} gained: ${someNames(gained)}`);
  if (lost.length > 0) parts.push(`${plural(lost.length, 'name')} lost: ${someNames(lost)}`);
  if (changed.length > 0) parts.push(`${plural(changed.length, 'name')} with another number of records`);
  if (parts.length === 1) parts.push('no name gained or lost');
  return parts.join('; ');
}

/** @param rows entries to add, where a filter asked for some */
export function summaryJson(summary: ReplaySummary, options: ReplayOptions, rows?: Uint32Array, run?: Replay): string {
  const { job, merged, whatIf } = summary;
  const { entries, rules, table, fate, collected } = job.replay;
  const head: JsonObject = {
    schema: 1,
    command: 'replay',
    file: options.file,
    encoder: rules.version,
    mcount: job.replay.bytes,
    dwarf: job.dwarf.path,
    units: entries.units.count,
    missingUnits: Array.from(entries.problems)
      .filter(([unit]) => unitState(entries, unit) === 'damaged')
      .map(([unit, { structure, problem }]) => ({
        cu: nameOrNull(unitName(entries, unit)),
        offset: entries.units.offset[unit] ?? 0,
        problem: `${structure}: ${problem}`,
      })),
    entries: entries.count,
    list: {
      functions: collected?.functions.length ?? null,
      slots: table.addrs?.count ?? null,
      from: table.addrs?.function ?? null,
      functions_cnt: table.functions_cnt,
    },
    verdicts: Object.fromEntries(verdicts.map((verdict) => [verdict, job.replay.count(verdict)])),
    records: job.replay.records,
    afterDedup: merged?.count ?? null,
    repeated: merged?.repeated.map(nameText) ?? [],
    btf: comparisonJson(summary),
    whatIf: whatIf === undefined ? null : whatIfJson(whatIf.bytes, whatIf.result),
    fate: {
      kind: fate.kind,
      why: fate.why,
      function: fate.at?.function ?? null,
      file: fate.at?.file ?? null,
      line: fate.at?.line ?? null,
      cu: fate.unit === undefined ? null : nameOrNull(unitName(entries, fate.unit)),
    },
  };
  if (rows === undefined || run === undefined) return `${toJson(head)}\n`;
  const listed = Array.from(rows, (entry) => {
    const row = replayRow(run, entry);
    return { ...row, cu: nameText(row.cu), function: nameOrNull(row.function ?? undefined) };
  });
  return `${toJson({ ...head, rows: listed })}\n`;
}

const nameOrNull = (name: string | undefined): string | null => (name === undefined ? null : nameText(name));

function comparisonJson({ comparison, job }: ReplaySummary): JsonObject {
  if (comparison.state !== 'ready') return { state: comparison.state, reason: comparison.reason };
  const { from, btf, result } = comparison.value;
  return {
    state: 'ready',
    from,
    records: result.inBtf,
    equal: result.equal,
    firstMoved: result.firstMoved < 0 ? null : result.firstMoved,
    missing: result.missing.map((entry) => nameText(entrySignature(job.replay, entry))),
    unexpected: result.unexpected.map((id) => nameText(funcSignature(btf, id))),
  };
}

function whatIfJson(bytes: string, { after, gained, lost, changed, decidedOtherwise }: WhatIf): JsonObject {
  return {
    mcount: bytes,
    records: after,
    gained: gained.map(nameText),
    lost: lost.map(nameText),
    changed: changed.map((row) => ({ function: nameText(row.name), before: row.before, after: row.after })),
    decidedOtherwise,
  };
}
