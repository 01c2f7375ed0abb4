/** The comparison as JSON: one object, or a row a function. docs/json.md has the keys. */
import { cutName } from '../bytes/cut-name.ts';
import { type ComparedName, changes } from '../explain/compare.ts';
import type { FunctionSide } from '../explain/compared-function.ts';
import { hexText, type JsonObject, nameText, rowToJson, toJson } from '../format/json.ts';
import type { CompareAnswer, CompareSide } from './compare.ts';

/** Characters that make a chunk worth a write(2). */
const chunkLength = 1 << 16;

/** The rows that are told: all of the functions that were named, and of a whole kernel those that differ. */
const rowsOf = ({ comparison, isOfSome }: CompareAnswer): readonly ComparedName[] =>
  isOfSome ? comparison.names : comparison.names.filter(({ change }) => change !== 'same');

/** A row a line. */
export function* ndjsonChunks(answer: CompareAnswer): Generator<string> {
  let text = '';
  for (const row of rowsOf(answer)) {
    text += `${rowToJson(rowJson(answer, row), cutName)}\n`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** One object. */
export function* jsonChunks(answer: CompareAnswer): Generator<string> {
  const { before, after, comparison, version } = answer;
  const rows = rowsOf(answer);
  const head: JsonObject = {
    schema: 1,
    command: 'compare',
    encoder: version ?? null,
    before: sideJson(before),
    after: sideJson(after),
    totals: Object.fromEntries(changes.map((change) => [change, comparison.totals[change]])),
    count: rows.length,
  };
  let text = `${toJson(head).slice(0, -1)},"rows":[`;
  for (let i = 0; i < rows.length; i++) {
    text += `${i === 0 ? '' : ','}\n${rowToJson(rowJson(answer, rows[i] as ComparedName), cutName)}`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield `${text}\n]}\n`;
}

function sideJson({ path, compared, identity, replay }: CompareSide): JsonObject {
  const { btf } = compared.kernel;
  return {
    file: path,
    machine: identity.machine,
    release: identity.release === undefined ? null : nameText(identity.release),
    buildId: identity.buildId ?? null,
    paholeVersion: identity.paholeVersion ?? null,
    btf:
      btf.state === 'ready'
        ? { state: 'ready', from: btf.value.from, records: btf.value.btf.funcCount, names: compared.records.size }
        : { state: btf.state, reason: btf.reason },
    replay:
      replay === undefined
        ? null
        : replay.state === 'ready'
          ? { state: 'ready', dwarf: replay.path, fate: replay.fate.kind, why: replay.fate.why }
          : { state: replay.state, reason: replay.reason },
  };
}

function rowJson(answer: CompareAnswer, row: ComparedName): JsonObject {
  return {
    function: row.name,
    change: row.change,
    before: functionJson(answer.side('before', row)),
    after: functionJson(answer.side('after', row)),
  };
}

function functionJson({ records, symbols, clones, absence, several, verdict }: FunctionSide): JsonObject {
  return {
    records: records.map(({ id, prototype, fileOffset }) => ({
      id,
      c: prototype,
      fileOffset: fileOffset === undefined ? null : hexText(BigInt(fileOffset)),
    })),
    absence: absence ?? null,
    several: several === undefined ? null : { ...several },
    symbols: symbols.map(({ row, address, isStatic, slot, slotRaw }) => ({
      row,
      address: hexText(address),
      binding: isStatic ? 'static' : 'global',
      slot: slot ?? null,
      slotRaw: slotRaw === undefined ? null : hexText(slotRaw),
    })),
    clones: [...clones],
    verdict:
      verdict === undefined
        ? null
        : {
            verdict: verdict.verdict ?? null,
            line: verdict.line ?? null,
            cu: verdict.cu,
            die: hexText(BigInt(verdict.die)),
            entries: verdict.entries,
          },
  };
}
