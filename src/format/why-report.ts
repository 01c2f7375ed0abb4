/** The answer about one function as a report. */

import type { Availability } from '../errors.ts';
import { causeFacts } from '../explain/causes.ts';
import type { Counterfactual } from '../explain/counterfactuals.ts';
import type { Signature } from '../explain/signature.ts';
import type { StandIn, StandIns } from '../explain/stand-ins.ts';
import type { WhyAnswer, WhyEncoder } from '../explain/why.ts';
import { focusSymbol } from '../kernel/links.ts';
import { count } from './hex.ts';
import { type ReportBlock, type ReportRow, unbroken } from './report.ts';
import { signatureSource } from './signature-report.ts';
import { visible } from './visible.ts';

/** @param file as it is shown */
export function whyReport(answer: WhyAnswer, file: string): readonly ReportBlock[] {
  const { name, hasRecord, sentence, facts, counterfactuals, encoder, nearest } = answer;
  const head: ReportBlock = {
    title: `${visible(name)}: ${headline(answer)}`,
    rows: [
      { label: 'file', sign: 'plain', value: file, where: '' },
      {
        label: hasRecord ? 'answer' : 'because',
        sign: hasRecord ? 'yes' : 'no',
        value: visible(sentence),
        where: `root cause: ${causeFacts[answer.cause].title}`,
      },
      ...signatureRows(answer.signature),
      ...nearestRows(nearest),
    ],
  };
  if (facts.length === 0) return [head];
  const evidence = facts.map(({ label, sign, value, where, link }) => ({ ...row(label, sign, value, where), link }));
  const blocks: ReportBlock[] = [head, { title: 'Evidence', rows: evidence }];
  if (encoder !== undefined && answer.cause !== 'no-symbol')
    blocks.push({ title: 'What would change it', rows: changeRows(encoder, counterfactuals) });
  if (answer.standIns !== undefined) blocks.push(standInBlock(answer.standIns));
  return blocks;
}

function signatureRows(signature: Signature | undefined): ReportRow[] {
  if (signature === undefined) return [];
  const { variant, prototype, source } = signature;
  const known = variant.kind === 'known' ? variant.known[variant.index] : undefined;
  const since = known?.since === undefined ? '' : `; so since Linux ${[known.since, ...known.stable].join(' and ')}`;
  const value = unbroken(visible(prototype));
  return [{ label: 'prototype', sign: 'plain', value, where: `${signatureSource(source)}${since}` }];
}

/** What to attach to in its place. */
function standInBlock(part: Availability<StandIns>): ReportBlock {
  if (part.state !== 'ready') return { title: 'Stand-ins', rows: [row('none', 'plain', part.reason, '')] };
  const { standIns, sameTypes, common } = part.value;
  const others = sameTypes === 1 ? '1 record has' : `${count(sameTypes)} records have`;
  const tail = common ? ', so the types say little' : '';
  const title = `Stand-ins: ${others} the same types${tail}`;
  if (standIns.length > 0) return { title, rows: standIns.map(standInRow) };
  const none =
    sameTypes === 0 ? 'no record has its parameter and return types' : 'none of them has more in common with it';
  return { title: 'Stand-ins', rows: [row('none', 'plain', none, '')] };
}

function standInRow(standIn: StandIn, index: number): ReportRow {
  const { id, sameUnit, unit, similarity, tables, traceable } = standIn;
  const reasons = [
    ...(sameUnit ? ['same unit'] : unit === undefined ? [] : [unit]),
    `name ${Math.round(similarity * 100)} % alike`,
    ...tables.slice(0, 1).map((table) => `${table.standIn} as ${table.wanted}`),
    ...(traceable === false ? ['ftrace cannot trace it'] : []),
    `type id ${id}`,
  ];
  const value = unbroken(visible(standIn.prototype));
  return {
    label: `${index + 1}`,
    sign: traceable === false ? 'plain' : 'yes',
    value,
    where: visible(reasons.join('; ')),
    link: focusSymbol(standIn.symbol),
  };
}

function headline({ hasRecord, isHidden, records, encoder }: WhyAnswer): string {
  if (isHidden) return 'whether it has a BTF FUNC record cannot be read';
  if (records === 'btf') return hasRecord ? 'has a BTF FUNC record' : 'no BTF FUNC record';
  return `pahole ${encoder?.version ?? ''} writes ${hasRecord ? 'a' : 'no'} BTF FUNC record`;
}

const row = (label: string, sign: ReportRow['sign'], value: string, where: string): ReportRow => ({
  label,
  sign,
  value: visible(value),
  where: visible(where),
});

const nearestRows = (nearest: readonly string[]): ReportRow[] =>
  nearest.map((name, i) => ({
    ...row(i === 0 ? 'did you mean' : '', 'plain', name, ''),
    link: { kind: 'name', name },
  }));

function changeRows(encoder: WhyEncoder, counterfactuals: readonly Counterfactual[]): ReportRow[] {
  return [
    row('as it is', 'plain', `pahole ${encoder.version}: ${count(encoder.records)} records`, encoderSource(encoder)),
    ...counterfactuals.map((run) => ({
      ...row(changeLabel(run), signOf(run), changeSentence(run), ''),
      link: linkOf(run),
    })),
  ];
}

/** How it is known that this version made the BTF. */
function encoderSource({ version, by, onlyReplay, onlyBtf, rulesOnly }: WhyEncoder): string {
  if (by !== 'btf') return by === 'named' ? 'the version that was asked for' : 'no BTF tells which version it was';
  const near =
    onlyReplay + onlyBtf === 0
      ? 'its records have the same names as those of the BTF'
      : `of the versions that are replayed the nearest to the BTF: ${count(onlyReplay)} names only in the replay, ${count(onlyBtf)} only in the BTF`;
  return rulesOnly === undefined
    ? near
    : `${near}; by the rules of ${version} alone, which itself would stop: ${rulesOnly}`;
}

const changeLabel = ({ id, variant }: Counterfactual): string => (id === variant.bytes ? `${id}` : `pahole ${id}`);

/** Into the replay that was run, where it decides about the function. */
const linkOf = ({ entry, variant }: Counterfactual): ReportRow['link'] =>
  entry === undefined ? undefined : { kind: 'entry', entry, variant };

const signOf = ({ verdict, stops }: Counterfactual): ReportRow['sign'] =>
  stops !== undefined ? 'plain' : verdict === 'encoded' ? 'yes' : 'no';

const plainVerdict = (verdict: string | undefined): string => verdict ?? 'it is never come to';

function changeSentence({ id, variant, verdict, records, gained, lost, stops }: Counterfactual): string {
  const what = id === variant.bytes ? `the region ${id}, pahole ${variant.version}` : 'the same file';
  const numbers = `${count(records)} records, ${count(gained)} names gained and ${count(lost)} lost`;
  if (stops === undefined) return `${what}: ${plainVerdict(verdict)}; ${numbers}`;
  return `${what}: ${plainVerdict(verdict)} and ${numbers} by its rules alone; the program would stop: ${stops}`;
}
