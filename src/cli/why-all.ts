/** `kinspect why FILE --all` and `--summary`: the root cause of every function symbol, row by row and counted. */
import { cutName } from '../bytes/cut-name.ts';
import { causeFacts, causes, detailMeanings } from '../explain/causes.ts';
import { Census } from '../explain/census.ts';
import type { Classifier } from '../explain/classify.ts';
import { count } from '../format/hex.ts';
import { type JsonObject, toJson } from '../format/json.ts';
import { type Listing, printJson, printNdjson } from '../format/listing.ts';
import { visible, visibleText } from '../format/visible.ts';
import { wrapWords } from '../format/wrap.ts';
import { type CliIo, exitCode } from './io.ts';
import type { WhyTarget } from './why.ts';

/** Columns of the table of causes. */
const width = 80;

interface CensusRow extends JsonObject {
  readonly symbol: number;
  readonly function: string;
  readonly cause: string;
  readonly detail: string | null;
  readonly verdict: string | null;
  readonly cu: string | null;
}

/** A row for each function symbol, or for each with --cause. @returns 0, or 1 when no function has the cause */
export async function printAll(classifier: Classifier, options: WhyTarget, io: CliIo): Promise<number> {
  const census = new Census(classifier);
  const wanted = causes.find((cause) => cause === options.cause);
  const indexes = wanted === undefined ? undefined : census.of(wanted);
  const listing = censusListing(census, indexes);
  const { format } = options;
  const head = { schema: 1, command: 'why', scope: 'all', file: options.file };
  const chunks =
    format === 'text' ? textChunks(listing) : format === 'json' ? printJson(listing, head) : printNdjson(listing);
  for (const chunk of chunks) {
    const wait = io.out(chunk);
    if (wait !== undefined) await wait;
  }
  return listing.count === 0 ? exitCode.no : exitCode.ok;
}

function censusListing(census: Census, indexes: readonly number[] | undefined): Listing<CensusRow> {
  return {
    what: 'why',
    count: indexes?.length ?? census.count,
    columns: [],
    row(at) {
      const index = indexes === undefined ? at : (indexes[at] ?? 0);
      const decision = census.decision(index);
      return {
        symbol: census.row(index),
        function: census.name(index),
        cause: census.cause(index),
        detail: census.detail(index) ?? null,
        verdict: decision?.verdict ?? null,
        cu: decision?.unit ?? null,
      };
    },
  };
}

/** Characters that make a chunk worth a write(2). */
const chunkLength = 1 << 15;
const causeWidth = 18;
const detailWidth = 13;

/** Cause, detail and name, which comes last because it may be long: then it goes on in lines of its own. */
function* textChunks({ count: rows, row }: Listing<CensusRow>): Generator<string> {
  const head = (cause: string, detail: string) => `${cause.padEnd(causeWidth)} ${detail.padEnd(detailWidth)} `;
  const indent = head('', '');
  let text = `${head('cause', 'detail')}function\n`;
  for (let at = 0; at < rows; at++) {
    const { cause, detail, function: name } = row(at);
    const [first = '', ...more] = wrapWords(visible(cutName(name)), width - indent.length);
    text += `${head(cause, detail ?? '')}${first}\n${more.map((line) => `${indent}${line}\n`).join('')}`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** How many function symbols, and names, have each cause. */
export async function printSummary(classifier: Classifier, options: WhyTarget, io: CliIo): Promise<number> {
  const census = new Census(classifier);
  const rows = census.counts();
  const symbols = rows.reduce((sum, row) => sum + row.symbols, 0);
  const names = rows.reduce((sum, row) => sum + row.names, 0);
  const version = classifier.encoder?.version;
  if (options.format === 'text') {
    await io.out(summaryText(options.file, rows, symbols, names, version));
    return exitCode.ok;
  }
  const counts = rows.map((row) => ({ ...row, detail: row.detail ?? null }));
  const head = { schema: 1, command: 'why', scope: 'summary', file: options.file, encoder: version ?? null };
  await io.out(
    options.format === 'json'
      ? `${toJson({ ...head, symbols, names, causes: counts })}\n`
      : counts.map((row) => `${toJson(row)}\n`).join(''),
  );
  return exitCode.ok;
}

type Counts = ReturnType<Census['counts']>;

function summaryText(file: string, rows: Counts, symbols: number, names: number, version: string | undefined): string {
  const how = version === undefined ? 'inferred: there is no DWARF' : `decisions of pahole ${version}`;
  const line = (a: number, b: number, text: string) => `${count(a).padStart(10)} ${count(b).padStart(10)}  ${text}`;
  const heads = wrapWords(`${visibleText(file)}: root causes (${how})`, width);
  const lines = [...heads, '', '   symbols      names  cause'];
  for (const cause of causes) {
    const ofCause = rows.filter((row) => row.cause === cause);
    if (ofCause.length === 0) continue;
    const total = (key: 'symbols' | 'names') => ofCause.reduce((sum, row) => sum + row[key], 0);
    lines.push(line(total('symbols'), total('names'), `${cause.padEnd(18)} ${causeFacts[cause].title}`));
    for (const row of ofCause) {
      if (row.detail !== undefined)
        lines.push(line(row.symbols, row.names, `  ${row.detail.padEnd(16)} ${shortMeaning(row.detail)}`));
    }
  }
  lines.push(line(symbols, names, 'all'));
  return `${lines.join('\n')}\n`;
}

/** What fits behind the counts in 80 columns. */
const shortMeaning = (detail: keyof typeof detailMeanings): string => {
  const [short = ''] = detailMeanings[detail].split(/[:(;]/);
  return short.length > 38 ? `${short.slice(0, 37).trimEnd()}…` : short.trimEnd();
};
