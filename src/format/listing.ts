/**
 * A table that is written row by row: as aligned text, as one JSON object, or as a JSON object a line.
 *
 *   text     a header line, columns two blanks apart; a cell wider than its column pushes the rest of its line
 *   json     {"schema":1,"command":"dump","what":"symbols","file":"vmlinux","count":2,"rows":[ … ]}
 *   ndjson   the rows, one a line
 *
 * A row is plain data, made when its turn comes; JSON shows it as it is, text shows what the columns take from it. The
 * strings in it are latin1, as the file has them: JSON makes text of them, text makes them visible.
 */
import { cutName } from '../bytes/cut-name.ts';
import { type JsonObject, rowToJson, toJson } from './json.ts';
import { visible } from './visible.ts';

export interface ListingColumn<Row> {
  readonly title: string;
  /** Characters; the last column needs none. */
  readonly width?: number;
  readonly align?: 'right';
  /** What to show; made visible by whoever writes it. Undefined is an empty cell. */
  readonly cell: (row: Row) => string | undefined;
}

export interface Listing<Row extends JsonObject = JsonObject> {
  /** What JSON calls it: "symbols". */
  readonly what: string;
  readonly count: number;
  readonly columns: readonly ListingColumn<Row>[];
  row(index: number): Row;
}

/** Characters that make a chunk worth a write(2). */
const CHUNK = 1 << 15;

/** The table as aligned columns, in chunks of whole lines. Every name in it is made visible. */
export function* printText<Row extends JsonObject>(listing: Listing<Row>): Generator<string, void, undefined> {
  const { columns, count } = listing;
  let text = `${textLine(columns, (column) => column.title)}\n`;
  for (let index = 0; index < count; index++) {
    const row = listing.row(index);
    text += `${textLine(columns, (column) => visible(cutName(column.cell(row) ?? '')))}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}

function textLine<Row>(columns: readonly ListingColumn<Row>[], cell: (column: ListingColumn<Row>) => string): string {
  let line = '';
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as ListingColumn<Row>;
    const width = column.width ?? 0;
    const text = cell(column);
    line += column.align === 'right' ? text.padStart(width) : i === columns.length - 1 ? text : text.padEnd(width);
    if (i < columns.length - 1) line += '  ';
  }
  return line.trimEnd();
}

/** The table as one JSON object, a row a line. @param head what comes before the rows */
export function* printJson<Row extends JsonObject>(
  listing: Listing<Row>,
  head: JsonObject,
): Generator<string, void, undefined> {
  const opened = toJson({ ...head, count: listing.count });
  let text = `${opened.slice(0, -1)},"rows":[`;
  for (let index = 0; index < listing.count; index++) {
    text += `${index === 0 ? '' : ','}\n${rowToJson(listing.row(index))}`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield `${text}\n]}\n`;
}

/** The rows as JSON, one a line. */
export function* printNdjson<Row extends JsonObject>(listing: Listing<Row>): Generator<string, void, undefined> {
  let text = '';
  for (let index = 0; index < listing.count; index++) {
    text += `${rowToJson(listing.row(index))}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}
